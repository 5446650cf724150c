/** How large the type is: WeChat's own setting, or larger by the switch in 我的. */
import { computed, reactive } from 'vue'

const KEPT = 'fp-large-type'
/** WeChat's 关怀模式 is 1.4 times the usual size; from 1.3 on a page lays itself out for large type. */
const LARGE = 1.4
const state = reactive({ system: 1, chosen: false })

/** Read the setting; once at launch and again whenever the mini program comes to the front. */
export function readTypeSize(): void {
  state.chosen = Boolean(uni.getStorageSync(KEPT))
  // #ifdef MP-WEIXIN
  state.system = (uni.getAppBaseInfo() as { fontSizeScaleFactor?: number }).fontSizeScaleFactor || 1
  // #endif
}

export const typeScale = computed(() => (state.chosen ? Math.max(LARGE, state.system) : state.system))
export const isLarge = computed(() => typeScale.value >= 1.3)
export const chosenLarge = computed(() => state.chosen)

/** Turn large type on or off, for this phone. */
export function chooseLarge(large: boolean): void {
  state.chosen = large
  uni.setStorageSync(KEPT, large)
}
