/** @jest-environment jsdom */
/** The compiled WeChat pages: signing in, reporting, paying, voting, large type. */
let bytesSet, calls, said, start, open, see, called, sent, tap

// The simulated runtime registers a component but once; every test begins with a runtime of its own.
beforeEach(() => {
  jest.resetModules()
  ;({ bytesSet, calls, said, start, open, see, called, sent, tap } = require('./weixin'))
})

const HOME = {
  id: 'g1',
  role: 'owner',
  home: 'resident',
  scope: 'estate',
  scope_id: 'est_1',
  label: '道路队小区 1号楼1单元101',
  room_id: 'room_1',
}
const ME = { account_id: 'acc_1', state: 'verified', display_name: '王先生', phone: '138****0001', workspaces: [HOME] }
const SESSION = {
  'POST /v1/sessions': [201, { token: 'token-1', ends_at: '2026-11-26T10:00:00+00:00', me: ME }],
  'GET /v1/me': [200, ME],
}
const BILL = {
  bill: {
    id: 'bill_1',
    room_id: 'room_1',
    room: '1号楼1单元101',
    kind: 'service',
    kind_label: '物业服务费',
    period: '2026-11',
    state: 'issued',
    state_label: '待缴',
    origin: 'run',
    total_fen: 2628,
    paid_fen: 0,
    due_fen: 2628,
    late_fee_fen: 0,
    due_on: '2026-12-26',
    payable_by: '2026-12-26',
    overdue_days: 0,
    issued_at: '2026-11-26T00:00:00+00:00',
    being_paid: false,
  },
  lines: [],
  reductions: [],
  payments: [],
  plan: [],
}
const BILLS = {
  ...SESSION,
  'GET /v1/estates/est_1/rooms/room_1/bills': [
    200,
    { due_fen: 2628, late_fee_fen: 0, overdue_fen: 0, open: [BILL], history: [] },
  ],
}
const ORDER = { id: 'pay_1', estate_id: 'est_1', state: 'prepared', total_fen: 2628 }
const CALL = {
  timeStamp: '1795665600',
  nonceStr: 'nonce',
  package: 'prepay_id=wx26',
  signType: 'RSA',
  paySign: 'signed',
}
const PAYING = { ...BILLS, 'POST /v1/estates/est_1/payment-orders': [201, { order: ORDER, request_payment: CALL }] }

test('signing in sends the code of wx.login and then asks as that person', async () => {
  start({ ...SESSION, 'GET /v1/me/messages/unread': [200, { count: 2 }] })
  const page = await open('pages/home/index')
  await see(page, '2 条未读通知')
  expect((await sent('POST /v1/sessions')).body).toEqual({ code: 'code-of-wechat' })
  expect((await sent('GET /v1/me/messages/unread')).header.Authorization).toBe('Bearer token-1')
})

test('the card page shows who is responsible without anybody signing in', async () => {
  const card = {
    valid: true,
    message: '',
    in_charge: { post: 'manager', title: '项目经理', name: '王建国', phone: '13904510001' },
    card: {
      estate_id: 'est_1',
      estate_name: '道路队小区',
      verified: true,
      place: { kind: 'common', label: '1号楼1单元' },
      services: ['水电急修'],
      others: [],
      number: '0001',
    },
  }
  start({ 'GET /c/token-of-card': [200, card] })
  const page = await open('pages/card/index', { q: encodeURIComponent('https://wy.example.cn/c/token-of-card') })
  await see(page, '王建国')
  expect(bytesSet()).toBeGreaterThan(100)
  expect(bytesSet()).toBeLessThan(20 * 1024)
  if (process.env.WEIGHED) require('node:fs').writeFileSync(process.env.WEIGHED, JSON.stringify({ bytes: bytesSet() }))
  await tap(page, '打电话 13904510001')
  expect((await called('makePhoneCall')).phoneNumber).toBe('13904510001')
  expect(calls.some(([name, call]) => name === 'request' && call.key === 'POST /v1/sessions')).toBe(false)
})

test('a report carries the place of the card and asks once whether to be told', async () => {
  const card = {
    valid: true,
    message: '',
    in_charge: { post: 'manager', title: '项目经理', name: '王建国', phone: '13904510001' },
    card: {
      estate_id: 'est_1',
      estate_name: '道路队小区',
      verified: true,
      place: { kind: 'home', label: '1号楼1单元101', room_id: 'room_1' },
      services: [],
      others: [],
      number: '0001',
    },
  }
  const category = { code: 'water', name: '水管漏水', place: 'home', in_use: true }
  start({
    ...SESSION,
    'GET /c/token-of-card': [200, card],
    'GET /v1/estates/est_1/work-order-categories': [200, [category]],
    'GET /v1/message-templates': [200, [{ kind: 'work_order', template_id: 'template-1' }]],
    'POST /v1/me/message-allowances': [200, []],
    'POST /v1/estates/est_1/work-orders': [201, { id: 'wo_1', estate_id: 'est_1' }],
  })
  global.wx.setStorageSync('fp-draft-report-repair-token-of-card', {
    text: '厨房水管漏水',
    category: 'water',
    urgency: 'urgent',
    feedback: 'question',
  })
  const page = await open('pages/report/index', { kind: 'repair', token: 'token-of-card' })
  await see(page, '水管漏水')
  await tap(page, '提交')
  const { body, header } = await sent('POST /v1/estates/est_1/work-orders')
  expect(body).toMatchObject({
    kind: 'repair',
    category: 'water',
    text: '厨房水管漏水',
    urgency: 'urgent',
    source: 'card',
    card_token: 'token-of-card',
  })
  expect(body.place).toEqual({ kind: 'home', label: '1号楼1单元101', room_id: 'room_1' })
  expect(header['Idempotency-Key']).toMatch(/^[0-9A-Za-z_-]{8,64}$/)
  expect(await called('requestSubscribeMessage')).toEqual(['template-1'])
  expect((await called('redirectTo')).url).toBe('/pages/work-order/index?estate_id=est_1&id=wo_1')
})

test('paying opens WeChat’s cashier with what the server signed and then asks the server', async () => {
  start(PAYING)
  const page = await open('pages/bills/index')
  await see(page, '缴 26.28 元')
  await tap(page, '缴 26.28 元')
  expect(await called('requestPayment')).toMatchObject(CALL)
  expect((await called('navigateTo')).url).toBe('/pages/payments/index?estate_id=est_1&id=pay_1&said=submitted')
})

test('turning back at the cashier is no failure', async () => {
  start(PAYING)
  said.payment = 'requestPayment:fail cancel'
  const page = await open('pages/bills/index')
  await see(page, '缴 26.28 元')
  await tap(page, '缴 26.28 元')
  expect((await called('navigateTo')).url).toContain('said=cancelled')
})

test('a cashier that does not open says so and the bill stays', async () => {
  start(PAYING)
  said.payment = 'requestPayment:fail system error'
  const page = await open('pages/bills/index')
  await see(page, '缴 26.28 元')
  await tap(page, '缴 26.28 元')
  await see(page, '账单还在')
  await see(page, '缴 26.28 元')
})

test('a vote is sent with its choices, once', async () => {
  const ballot = {
    id: 'bal_1',
    estate_id: 'est_1',
    kind: 'assembly',
    title: '更换物业',
    terms: { change_once: false },
    state: 'open',
    questions: [
      {
        title: '是否解聘现物业',
        form: 'approve',
        options: [
          { id: 'yes', label: '同意' },
          { id: 'no', label: '不同意' },
          { id: 'abstain', label: '弃权' },
        ],
        most: 1,
      },
    ],
  }
  const line = {
    ballot,
    room_id: 'room_1',
    label: '1号楼1单元101',
    area: 4380,
    owners: 1,
    as_agent: false,
    voted: false,
    revision: 0,
    may_change: false,
    channel: null,
  }
  start({
    ...SESSION,
    'GET /v1/estates/est_1/ballots/bal_1/rooms/room_1': [200, line],
    'POST /v1/estates/est_1/ballots/bal_1/rooms/room_1/vote': [201, { row: 'r' }],
  })
  const page = await open('pages/ballot/vote', { estate_id: 'est_1', id: 'bal_1', room_id: 'room_1' })
  await see(page, '是否解聘现物业')
  await tap(page, '不同意')
  await tap(page, '提交我的票')
  expect(await called('showModal')).toBe('提交这张票？')
  expect((await sent('POST /v1/estates/est_1/ballots/bal_1/rooms/room_1/vote')).body).toMatchObject({
    choices: [['no']],
    change: false,
  })
  expect((await called('redirectTo')).url).toContain('/pages/ballot/receipt')
})

test('large type follows the font size that WeChat is set to', async () => {
  start(BILLS)
  said.fontSize = 1.4
  const page = await open('pages/bills/index')
  await see(page, '物业服务费')
  expect(page.innerHTML).toContain('--fs:1.4')
})
