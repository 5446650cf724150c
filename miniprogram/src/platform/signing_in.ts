/** Who WeChat says is holding the phone. */
// #ifdef H5
import { codeOfPersona } from '@/local/persona'
// #endif

/** A code that the server exchanges for the person, good once. */
export function loginCode(): Promise<string> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    uni.login({ provider: 'weixin', success: ({ code }) => resolve(code), fail: reject })
  })
  // #endif
  // #ifdef H5
  return codeOfPersona()
  // #endif
}
