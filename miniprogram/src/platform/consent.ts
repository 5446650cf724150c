/**
 * The privacy consent that WeChat asks for before the first personal datum (用户隐私保护指引): one sheet, on whatever page
 * the person is, and nothing is read before they agree.
 */
import { reactive } from 'vue'

/** The sheet shows while this asks. */
export const consent = reactive({ asked: false })

/** WeChat takes the agreement from the button with this id. */
export const AGREE_BUTTON = 'agree-to-privacy'

let waiting: ((agreed: boolean) => void)[] = []

/** Let the person answer the sheet. */
function ask(): Promise<boolean> {
  consent.asked = true
  return new Promise((resolve) => waiting.push(resolve))
}

/** What the person pressed on the sheet. */
export function answerConsent(agreed: boolean): void {
  const told = waiting
  waiting = []
  consent.asked = false
  // #ifdef H5
  if (agreed) uni.setStorageSync(KEPT, true)
  // #endif
  for (const tell of told) tell(agreed)
}

// #ifdef H5
const KEPT = 'fp-privacy-agreed'
// #endif

/** Show the sheet whenever WeChat says that something personal is about to be read. */
export function watchConsent(): void {
  // #ifdef MP-WEIXIN
  wx.onNeedPrivacyAuthorization?.((resolve) => {
    void ask().then((agreed) => resolve(agreed ? { event: 'agree', buttonId: AGREE_BUTTON } : { event: 'disagree' }))
  })
  // #endif
}

/** Whether the person agrees to personal data being used; asks unless they have agreed before. */
export function consentGiven(): Promise<boolean> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve) => {
    if (!wx.requirePrivacyAuthorize) resolve(true)
    else wx.requirePrivacyAuthorize({ success: () => resolve(true), fail: () => resolve(false) })
  })
  // #endif
  // #ifdef H5
  return uni.getStorageSync(KEPT) ? Promise.resolve(true) : ask()
  // #endif
}

/** Open the text that the person is asked to agree to. */
export function openPrivacyText(): void {
  // #ifdef MP-WEIXIN
  wx.openPrivacyContract?.({})
  // #endif
  // #ifdef H5
  void uni.navigateTo({ url: '/pages/privacy/index' })
  // #endif
}
