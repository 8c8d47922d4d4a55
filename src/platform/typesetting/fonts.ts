import { fileURLToPath } from 'node:url'

export interface Font {
  /** As the font names itself. */
  readonly family: string
  readonly path: string
}

// The files lie beside the entry point that each package exports. All are under the SIL Open Font License: see NOTICE.
const besideEntry = (name: string, file: string) => fileURLToPath(new URL(file, import.meta.resolve(name)))
const embedPdf = (script: string, file: string) => besideEntry(`@embedpdf/fonts-${script}`, `../fonts/${file}`)

/**
 * The fonts that documents are set in, in the order in which they are asked for a character: Latin, Greek, Cyrillic
 * and Devanagari, Arabic, Hebrew, Thai, Chinese and Japanese, Korean. Nothing is taken from the machine, so that a
 * document looks the same wherever it is made.
 */
export const fonts: readonly Font[] = [
  { family: 'Noto Sans', path: embedPdf('latin', 'NotoSans-Regular.ttf') },
  { family: 'Noto Naskh Arabic', path: embedPdf('arabic', 'NotoNaskhArabic-Regular.ttf') },
  { family: 'Noto Sans Hebrew', path: embedPdf('hebrew', 'NotoSansHebrew-Regular.ttf') },
  {
    family: 'Noto Sans Thai',
    path: besideEntry('@expo-google-fonts/noto-sans-thai', './400Regular/NotoSansThai_400Regular.ttf'),
  },
  { family: 'Noto Sans S Chinese', path: embedPdf('sc', 'NotoSansHans-Regular.otf') },
  { family: 'Noto Sans Korean', path: embedPdf('kr', 'NotoSansKR-Regular.otf') },
]
