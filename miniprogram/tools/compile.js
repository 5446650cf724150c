/**
 * Compile the build as WeChat's uploader would (miniprogram-ci), without an account and without a network.
 * node compile.js <build>: prints what is wrong and ends with 1, or says that it compiled.
 */
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { generateKeyPairSync } = require('node:crypto')
const ci = require('miniprogram-ci')

// The limits of a project are fetched with its upload key; here the library's own defaults count.
ci.Project.prototype.attr = () => Promise.resolve(ci.DefaultProjectAttr)

async function compile(projectPath) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'weixin-'))
  const privateKeyPath = path.join(folder, 'throw-away.key')
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  fs.writeFileSync(privateKeyPath, privateKey)
  const project = new ci.Project({
    appid: 'wx0000000000000000',
    type: 'miniProgram',
    projectPath,
    privateKeyPath,
    ignores: ['node_modules/**/*'],
  })
  const setting = { es6: true, minify: true, minifyWXML: true, minifyWXSS: true }
  const call = { project, version: '1.0.0', desc: 'check', setting, threads: 1, onProgressUpdate() {} }
  await ci.getCompiledResult(call, path.join(folder, 'compiled.zip'))
  fs.rmSync(folder, { recursive: true })
}

process.on('unhandledRejection', refuse)
compile(path.resolve(process.argv[2])).then(() => {
  console.log('compiled')
  process.exit(0)
}, refuse)

function refuse(reason) {
  console.error(String(reason?.message ?? reason).slice(0, 4000))
  process.exit(1)
}
