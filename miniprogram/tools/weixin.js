/** WeChat as a page of the compiled mini program meets it: storage, requests answered from a table, and what was called. */
const path = require('node:path')

const ROOT = path.resolve(process.env.BUILD)

/** What the pages called of WeChat, in order: `[name, argument]`. */
const calls = []
/** Answers by `METHOD path`; a function gets what was sent. */
let answers = {}
let storage = {}
/** What WeChat's own windows say: the cashier, the font size. */
const said = { payment: 'requestPayment:ok', fontSize: 1 }

function request({ url, method = 'GET', data, header, success }) {
  const address = url.split('?')[0]
  const key = `${method} ${address}`
  calls.push(['request', { key, header, body: data ? JSON.parse(data) : undefined }])
  const found = answers[key]
  const [statusCode, body] =
    found === undefined ? [404, { code: 'not_found', message: `没有准备 ${key}`, request_id: '' }] : found
  setTimeout(() =>
    success({ statusCode, data: JSON.stringify(typeof body === 'function' ? body(data && JSON.parse(data)) : body) }),
  )
}

const window = {
  pixelRatio: 2,
  windowWidth: 375,
  windowHeight: 667,
  screenWidth: 375,
  screenHeight: 667,
  statusBarHeight: 20,
}
const about = { SDKVersion: '3.8.12', language: 'zh_CN', platform: 'ios', model: 'iPhone' }

const known = {
  getStorageSync: (name) => storage[name] ?? '',
  setStorageSync: (name, value) => void (storage[name] = value),
  removeStorageSync: (name) => void delete storage[name],
  getSystemInfoSync: () => ({
    ...window,
    ...about,
    safeArea: { top: 20, bottom: 667, left: 0, right: 375, width: 375, height: 647 },
  }),
  getDeviceInfo: () => about,
  getWindowInfo: () => window,
  getAppBaseInfo: () => ({ ...about, fontSizeScaleFactor: said.fontSize }),
  getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0', envVersion: 'develop' } }),
  getLaunchOptionsSync: () => ({ path: '', query: {}, scene: 1001 }),
  getEnterOptionsSync: () => ({ path: '', query: {}, scene: 1001 }),
  canIUse: () => true,
  nextTick: (act) => setTimeout(act),
  request,
  login: ({ success }) => setTimeout(() => success({ code: 'code-of-wechat' })),
  requestPayment: (call) => {
    calls.push(['requestPayment', call])
    setTimeout(() =>
      said.payment === 'requestPayment:ok'
        ? call.success({ errMsg: said.payment })
        : call.fail({ errMsg: said.payment }),
    )
  },
  requestSubscribeMessage: (call) => {
    calls.push(['requestSubscribeMessage', call.tmplIds])
    setTimeout(() => call.success(Object.fromEntries(call.tmplIds.map((id) => [id, 'accept']))))
  },
  showModal: (call) => {
    calls.push(['showModal', call.title])
    setTimeout(() => call.success({ confirm: true, cancel: false }))
  },
  requirePrivacyAuthorize: ({ success }) => setTimeout(success),
}
for (const name of [
  'navigateTo',
  'redirectTo',
  'switchTab',
  'reLaunch',
  'navigateBack',
  'setNavigationBarTitle',
  'showToast',
  'makePhoneCall',
  'stopPullDownRefresh',
]) {
  known[name] = (call = {}) => {
    calls.push([name, call])
    setTimeout(() => call.success?.({}))
  }
}

global.__wxConfig = {}
global.wx = new Proxy(known, {
  get: (all, name) => (name in all ? all[name] : /^(on|off)/.test(String(name)) ? () => {} : undefined),
})
global.App = (app) => {
  global.__app = app
  app.onLaunch?.({})
  app.onShow?.({})
}
global.Page = (page) => global.Component(page)
global.getApp = () => global.__app
global.getCurrentPages = () => []

require('./room')
const simulate = require('miniprogram-simulate')

/** Start the mini program with a fresh phone and these answers of the server. */
function start(prepared) {
  answers = prepared
  storage = {}
  calls.length = 0
  Object.assign(said, { payment: 'requestPayment:ok', fontSize: 1 })
}

/** Bytes of everything that the page has set since it was opened. */
let bytes = 0

function weighed(instance) {
  bytes = 0
  const { setData } = instance
  instance.setData = function (data, done) {
    bytes += Buffer.byteLength(JSON.stringify(data))
    return setData.call(this, data, done)
  }
}

/** Open a compiled page as WeChat does; what comes back is its rendered root. */
async function open(page, query = {}) {
  require(path.join(ROOT, 'app.js'))
  global.__app.onShow?.({})
  const component = simulate.render(simulate.load(path.join(ROOT, page), { rootPath: ROOT }))
  const root = document.createElement('div')
  document.body.appendChild(root)
  component.attach(root)
  const { instance } = component
  weighed(instance)
  instance.route = page
  instance.options = query
  global.getCurrentPages = () => [instance]
  instance.onLoad?.(query)
  instance.onShow?.()
  return root
}

const PATIENCE_MS = 20_000

/** Wait until something is found; on a busy machine the simulated runtime takes its time. */
async function until(find, missing) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await simulate.sleep(10)) {
    const found = find()
    if (found) return found
  }
  throw new Error(missing())
}

/** Wait until the page says so; fails with what it says instead. */
function see(root, text) {
  return until(
    () => root.textContent.includes(text),
    () => `waited for ${text}, saw: ${root.textContent.replace(/\s+/g, ' ')}`,
  )
}

/** Wait until WeChat was called so, and return with what. */
async function called(name) {
  const found = await until(
    () => calls.find(([one]) => one === name),
    () => `waited for wx.${name}; called were ${calls.map(([one]) => one).join(', ')}`,
  )
  return found[1]
}

/** What was sent to the server. */
async function sent(key) {
  const found = await until(
    () => calls.find(([name, call]) => name === 'request' && call.key === key),
    () => `waited for ${key}`,
  )
  return found[1]
}

/** Tap the innermost thing that says exactly so, once it is there. */
async function tap(root, text) {
  await see(root, text)
  const saying = [...root.querySelectorAll('wx-button, wx-view')].filter((one) => one.textContent.trim() === text)
  const target = saying[saying.length - 1]
  if (!target) throw new Error(`nothing to tap says just ${text}`)
  for (const name of ['touchstart', 'touchend']) {
    const event = new Event(name, { bubbles: true })
    const point = { identifier: 1, clientX: 1, clientY: 1, pageX: 1, pageY: 1 }
    event.touches = name === 'touchend' ? [] : [point]
    event.changedTouches = [point]
    event.targetTouches = event.touches
    target.dispatchEvent(event)
  }
}

module.exports = { bytesSet: () => bytes, calls, said, start, open, see, called, sent, tap }
