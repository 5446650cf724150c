/**
 * Put every WXML and WXSS of the build through WeChat's own compilers (wcc, wcsc), which know wrong expressions.
 * node expressions.js <build>
 */
const fs = require('node:fs')
const path = require('node:path')

// The package that brings the compilers forgets that they must be allowed to run.
const programs = path.join(path.dirname(require.resolve('miniprogram-compiler/package.json')), 'bin', 'linux')
for (const program of ['wcc', 'wcsc']) fs.chmodSync(path.join(programs, program), 0o755)

require('./room')
const { wxmlToJs, wxssToJs } = require('miniprogram-compiler')

const build = path.resolve(process.argv[2])
new Function(wxmlToJs(build))
wxssToJs(build)
const pages = fs.readdirSync(build, { recursive: true }).filter((name) => String(name).endsWith('.wxml'))
console.log(`${pages.length} WXML files`)
