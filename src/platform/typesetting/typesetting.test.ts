import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fontsOf, pagesOf } from '#support/pdf.ts'
import { createCoverage } from './coverage.ts'
import { fonts } from './fonts.ts'
import { createTypesetter } from './typesetter.ts'

const families = fonts.map(({ family }) => `"${family}"`).join(', ')
const source = `#set text(font: (${families}), fallback: false)
#sys.inputs.words`

describe('coverage', () => {
  test('every script that a font is there for is covered; what none has is named once', () => {
    const missingCharacters = createCoverage()
    const covered = 'Ångström Ωμέγα Жуков नमस्ते Nguyễn محمد پچگ שָׁלוֹם สวัสดี 欧阳 證書 ひらがな カタカナ 한국어 “”«»—…'
    assert.deepEqual(missingCharacters(covered), [])
    assert.deepEqual(missingCharacters('a\u2068b\u2069\u200d\n'), [], 'what is drawn as nothing needs no font')
    assert.deepEqual(missingCharacters('\u0061\u030a'), [], 'a letter and its accent count as what they are together')
    assert.deepEqual(missingCharacters('Bodkod བོད བ 😀'), ['བ', 'ོ', 'ད', '😀'])
  })
})

describe('typesetting', () => {
  test('sets each script in its font, embeds all of them, and gives the same bytes again', async () => {
    const typesetter = createTypesetter()
    const words = 'Žofie محمد 欧阳 한국 ไทย שלום'
    const [first, second] = await Promise.all([1, 2].map(() => typesetter.typeset(source, { words })))
    const pdf = Buffer.from(first ?? [])
    assert.deepEqual(fontsOf(pdf), [
      'NotoNaskhArabic',
      'NotoSans-Regular',
      'NotoSansHans-Regular',
      'NotoSansHebrew',
      'NotoSansKR-Regular',
      'NotoSansThai-Regular',
    ])
    assert.equal(pagesOf(pdf), 1)
    assert.ok(pdf.length < 100_000, `${pdf.length} bytes: only the characters that are used are embedded`)
    assert.ok(pdf.equals(second ?? Buffer.alloc(0)))
    const another = await createTypesetter().typeset(source, { words })
    assert.ok(pdf.equals(another), 'another thread gives the same')
  })

  test('what people wrote is data: markup and code in it are words', async () => {
    const { typeset } = createTypesetter()
    const pdf = await typeset(source, { words: '#read("/etc/passwd") #panic() = $x$ \\ [' })
    assert.equal(pagesOf(Buffer.from(pdf)), 1)
  })

  test('a mistake in the source is told, and the next document is made', async () => {
    const { typeset } = createTypesetter()
    await assert.rejects(typeset('#panic("no")', {}), /Typst refused the document.*no/)
    assert.equal(pagesOf(Buffer.from(await typeset(source, { words: 'yes' }))), 1)
  })
})
