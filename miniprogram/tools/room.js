/** The package that runs WeChat's compilers leaves no room for what they say of two hundred pages. */
const child = require('node:child_process')

const { spawnSync } = child
child.spawnSync = (program, given, options) => spawnSync(program, given, { ...options, maxBuffer: 256 * 1024 * 1024 })
