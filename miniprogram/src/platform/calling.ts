/** The telephone. */

/** Open the dialler with a number; a number that is masked is not called. */
export function call(phoneNumber: string): void {
  if (phoneNumber && !phoneNumber.includes('*')) uni.makePhoneCall({ phoneNumber, fail: () => undefined })
}
