/// <reference types="vite/client" />

declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<object, object, unknown>
  export default component
}

interface ImportMetaEnv {
  /** Where the server is, for the WeChat build: `https://…` without a slash at the end. */
  readonly VITE_SERVER?: string
}

/** The part of WeChat's own interface that uni-app does not pass on: consent (base library 2.32.3) and sharing files. */
declare const wx: {
  onNeedPrivacyAuthorization?: (
    ask: (resolve: (answer: { event: 'agree'; buttonId: string } | { event: 'disagree' }) => void) => void,
  ) => void
  requirePrivacyAuthorize?: (call: { success: () => void; fail: () => void }) => void
  openPrivacyContract?: (call: object) => void
  env: { USER_DATA_PATH: string }
  chooseMessageFile: (call: {
    count: number
    type: 'file'
    extension: string[]
    success: (chosen: { tempFiles: { path: string; name: string }[] }) => void
    fail: () => void
  }) => void
  getFileSystemManager: () => {
    readFile: (call: { filePath: string; success: (read: { data: ArrayBuffer }) => void; fail: () => void }) => void
    writeFile: (call: {
      filePath: string
      data: string | ArrayBuffer
      encoding?: 'utf8'
      success: () => void
      fail: () => void
    }) => void
  }
  shareFileMessage: (call: { filePath: string; fileName: string; success: () => void; fail: () => void }) => void
}
