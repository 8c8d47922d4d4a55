import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { button, code, list, type MailBlock, paragraph, smallPrint } from './mail-block.ts'
import { createMailRenderer, defineMail } from './template.ts'

const render = createMailRenderer({
  productName: 'Example School',
  frontendBaseUrl: 'https://learn.school.example/app/',
})

const verifyEmail = defineMail<{ fullName: string; token: string }>({
  name: 'auth.verify-email',
  subject: (_, { productName }) => `Verify your address for ${productName}`,
  body: ({ fullName, token }, { link }) => [
    paragraph(`Hello ${fullName},`),
    paragraph(
      'somebody, hopefully you, made an account with this address. Confirm that it is yours to begin to learn.',
    ),
    button('Verify my address', link('/verify-email', { token })),
    code('482 913'),
    list([
      'The link works once.',
      'It expires in 24 hours, after which the account without a verified address is removed.',
    ]),
    smallPrint('If it was not you, ignore this mail.'),
  ],
})

function renderBlocks(...blocks: MailBlock[]) {
  return render(defineMail({ name: 'test.blocks', subject: () => 'Test', body: () => blocks }), undefined)
}

test('a template renders to a subject and a readable text', () => {
  const mail = render(verifyEmail, { fullName: 'Ada Lovelace', token: 'a+b/c=' })
  assert.equal(mail.subject, 'Verify your address for Example School')
  assert.equal(
    mail.text,
    `Hello Ada Lovelace,

somebody, hopefully you, made an account with this address. Confirm that it
is yours to begin to learn.

Verify my address:
https://learn.school.example/app/verify-email?token=a%2Bb%2Fc%3D

    482 913

- The link works once.
- It expires in 24 hours, after which the account without a verified address
  is removed.

If it was not you, ignore this mail.

-- 
Example School
https://learn.school.example/app
`,
  )
})

test('the HTML says the same, in the language it names', () => {
  const { html } = render(verifyEmail, { fullName: 'Ada Lovelace', token: 'a+b/c=' })
  assert.match(html, /^<!doctype html>\n<html lang="en">/)
  for (const part of [
    'Hello Ada Lovelace,',
    'Verify my address',
    '482 913',
    'The link works once.',
    'If it was not you',
  ]) {
    assert.ok(html.includes(part), part)
  }
  assert.ok(html.includes('href="https://learn.school.example/app/verify-email?token=a%2Bb%2Fc%3D"'))
  const arabic = createMailRenderer({ productName: 'مدرسة', frontendBaseUrl: 'http://localhost:3000', language: 'ar' })
  assert.match(arabic(verifyEmail, { fullName: 'أدا', token: 't' }).html, /<html lang="ar">/)
})

test('the HTML loads nothing and works in the dark', () => {
  const { html } = render(verifyEmail, { fullName: 'Ada', token: 't' })
  assert.doesNotMatch(html, /<(img|script|link|iframe|object|embed|form|svg|base)\b|@import|url\(|\ssrc=|\son\w+=/i)
  assert.match(html, /<meta name="color-scheme" content="light dark">/)
  assert.match(html, /prefers-color-scheme:dark/)
})

describe('lines of the text part', () => {
  test('hold at most 76 characters, and an address is never broken', () => {
    const url = `https://learn.school.example/${'a'.repeat(200)}`
    const words = Array.from({ length: 200 }, (_, index) => 'é'.repeat((index % 12) + 1)).join(' ')
    const { text } = renderBlocks(paragraph(words), list([words, words]), smallPrint(words), button(words, url))
    const lines = text.split('\n')
    assert.ok(lines.includes(url))
    for (const line of lines.filter((line) => line !== url)) assert.ok([...line].length <= 76, line)
    assert.ok(
      lines.some((line) => [...line].length > 70),
      'lines are filled',
    )
    assert.equal(text.split(/\s+/).filter((word) => /^é+$/.test(word)).length, 5 * 200 - 1, 'no word is lost')
  })
})

describe('hostile values', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</td></table><a href="https://evil.example">click</a>',
    '&lt;b&gt; & "quotes"',
  ]

  test('markup is shown as text in every kind of block', () => {
    for (const value of hostile) {
      const { html, text } = renderBlocks(
        paragraph(value),
        smallPrint(value),
        code(value),
        list([value]),
        button(value, `https://learn.school.example/?q=${value}`),
      )
      for (const [tag] of html.matchAll(/<[^>]*>/g)) assert.match(tag.replace(/"[^"]*"/g, '""'), ownTag)
      assert.equal(html.split(escaped(value)).length - 1, 5, 'as it was typed, once in each block')
      assert.ok(text.includes(value))
    }
  })

  test('product name, language and subject are escaped as well', () => {
    const hostileRender = createMailRenderer({
      productName: '<script>1</script>',
      frontendBaseUrl: 'https://learn.school.example',
      language: 'en"><script>',
    })
    const mail = hostileRender(
      defineMail({ name: 'test.x', subject: () => '</title><script>', body: () => [] }),
      undefined,
    )
    assert.doesNotMatch(mail.html, /<script/)
    assert.equal(mail.subject, '</title><script>')
  })

  test('line breaks and control characters make no new line, paragraph or header', () => {
    const value = 'Ada\r\n\r\nYour account was closed.\n-- \u2028\u0085\u0000\u0007\tBye'
    const line = 'Ada Your account was closed. -- Bye'
    const { text } = renderBlocks(paragraph(value), list([value]))
    assert.ok(text.startsWith(`${line}\n\n- ${line}\n\n-- \nExample School\n`), text)
    const template = defineMail<string>({ name: 'test.x', subject: (name) => `Hello ${name}`, body: () => [] })
    assert.equal(render(template, value).subject, `Hello ${line}`)
  })

  test('direction overrides are stripped, the marks that Arabic text needs are not', () => {
    const { text, html } = renderBlocks(paragraph('moc.\u202egnp.\u202dexe\u2066\u2069 \u200fمرحبا\u200e'))
    assert.doesNotMatch(text + html, /[\u202a-\u202e\u2066-\u2069]/)
    assert.ok(text.startsWith('moc.gnp.exe \u200fمرحبا\u200e\n'))
  })

  test('a broken surrogate pair still gives a well-formed mail', () => {
    const { text, html, subject } = render(
      defineMail({ name: 'test.x', subject: () => 'a\ud800', body: () => [paragraph('b\udfff')] }),
      undefined,
    )
    assert.ok(text.isWellFormed() && html.isWellFormed() && subject.isWellFormed())
  })
})

describe('addresses', () => {
  test('only absolute http and https without credentials render', () => {
    const refused = [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'java\nscript:alert(1)',
      'data:text/html,<script>1</script>',
      'vbscript:x',
      'file:///etc/passwd',
      'ftp://school.example/',
      '//evil.example/',
      '/relative',
      'https://school.example@evil.example/',
      '',
    ]
    for (const url of refused) assert.throws(() => renderBlocks(button('Go', url)), TypeError, url)
    for (const url of ['https://school.example/a?b=c&d=e#f', 'http://localhost:3000/']) {
      assert.ok(renderBlocks(button('Go', url)).text.includes(`Go:\n${url}\n`))
    }
  })

  test('a quote, a space or a line break in an address is encoded', () => {
    const { text } = renderBlocks(button('Go', 'https://school.example/a"b c\r\nd?e="f g\''))
    assert.ok(text.includes('\nhttps://school.example/a%22b%20cd?e=%22f%20g%27\n'))
  })

  test('a link stays on the front end, below its base path', () => {
    const link = (path: string) =>
      render(
        defineMail({ name: 'test.x', subject: () => 'x', body: (_, brand) => [button('Go', brand.link(path))] }),
        undefined,
      ).text
    assert.ok(link('/courses/1').includes('https://learn.school.example/app/courses/1\n'))
    assert.ok(link('//evil.example/x').includes('https://learn.school.example/app//evil.example/x\n'))
    for (const path of ['.evil.example/', '@evil.example/', 'courses', 'https://evil.example']) {
      assert.throws(() => link(path), TypeError)
    }
  })

  test('a base address that is not http or https is refused at the start', () => {
    assert.throws(() => createMailRenderer({ productName: 'x', frontendBaseUrl: 'learn.school.example' }), TypeError)
  })
})

/** A tag of the renderer's own, its attributes' values emptied. */
const ownTag = new RegExp(
  '^</?(!doctype|html|head|meta|title|style|body|table|tr|td|p|a|ul|li)' +
    '( html| (lang|charset|name|content|class|style|role|width|cellpadding|cellspacing|border|align|bgcolor|dir|href)="")*>$',
)

function escaped(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
