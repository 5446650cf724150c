import { defineConfig, type Plugin } from 'vite'
import uni from '@dcloudio/vite-plugin-uni'

/** The framework's H5 style sheet asks another host for the shadow of the navigation bar; nothing here may. */
function stayAtHome(): Plugin {
  return {
    name: 'stay-at-home',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'asset' && file.fileName.endsWith('.css')) {
          file.source = String(file.source).replace(/background-image:\s*url\(["']?https?:[^)]*\);?/g, '')
        }
      }
    },
  }
}

/** WeChat reads `aria-role` where browsers read `role`; pages say `role`. */
function speakToScreenReaders(): Plugin {
  return {
    name: 'speak-to-screen-readers',
    enforce: 'pre',
    transform(code, id) {
      if (process.env.UNI_PLATFORM !== 'mp-weixin' || !id.endsWith('.vue')) return null
      return code.replace(/(\s:?)role="/g, '$1aria-role="')
    },
  }
}

/** WeChat keeps the styles of each page and component to itself; so does a browser, where they would pile up. */
function keepStylesApart(): Plugin {
  return {
    name: 'keep-styles-apart',
    enforce: 'pre',
    transform(code, id) {
      if (process.env.UNI_PLATFORM !== 'h5' || !id.endsWith('.vue') || id.endsWith('/App.vue')) return null
      return code.replace('<style lang="scss">', '<style scoped lang="scss">')
    },
  }
}

/** A browser asks for the card page's files together with the program, not after it: one round trip less in a stairwell. */
function cardPageFirst(): Plugin {
  return {
    name: 'card-page-first',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const chunks = Object.values(bundle).flatMap((one) => (one.type === 'chunk' ? [one] : []))
        const wanted = new Map<string, { rel: string; as?: string }>()
        const visit = (chunk?: (typeof chunks)[number]) => {
          if (!chunk || chunk.isEntry || wanted.has(chunk.fileName)) return
          wanted.set(chunk.fileName, { rel: 'modulepreload' })
          const { viteMetadata } = chunk as { viteMetadata?: { importedCss: Set<string> } }
          viteMetadata?.importedCss.forEach((name) => wanted.set(name, { rel: 'preload', as: 'style' }))
          chunk.imports.forEach((name) => visit(chunks.find((other) => other.fileName === name)))
        }
        visit(chunks.find((chunk) => chunk.fileName.includes('pages-card-index')))
        return [...wanted].map(([name, how]) => ({
          tag: 'link',
          attrs: { ...how, crossorigin: true, href: `./${name}` },
          injectTo: 'head' as const,
        }))
      },
    },
  }
}

// Vue 3.4 keeps props reactive where they are taken apart only when asked to; later versions always do.
const vueOptions = { script: { propsDestructure: true } }

export default defineConfig({
  plugins: [speakToScreenReaders(), keepStylesApart(), uni({ vueOptions }), stayAtHome(), cardPageFirst()],
})
