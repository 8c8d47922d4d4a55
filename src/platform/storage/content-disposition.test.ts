import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attachmentDisposition } from './content-disposition.ts'

test('a plain name is given in both forms', () => {
  assert.equal(attachmentDisposition('report.pdf'), `attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`)
})

test('other scripts survive in the UTF-8 form', () => {
  const header = attachmentDisposition('تقرير (1).pdf')
  assert.equal(decodeURIComponent(header.split("UTF-8''")[1] ?? ''), 'تقرير (1).pdf')
  assert.match(header, /^attachment; filename="_ \(1\)\.pdf"; filename\*=UTF-8''[A-Za-z0-9%.]+$/)
})

test('no name ends the header, the quotes or the directory, or disguises its ending', () => {
  const names = ['a"; x="b', 'a\r\nSet-Cookie: x=1', '../../etc/passwd', 'C:\\x.exe', 'a%22b', '', '\ud800', "a'b*(c)"]
  names.push('cod\u202exe.exe', '\u0000')
  for (const name of names) {
    const header = attachmentDisposition(name)
    assert.match(header, /^attachment; filename="[\x20-\x21\x23-\x7e]+"; filename\*=UTF-8''[A-Za-z0-9%._!~-]+$/)
    assert.doesNotMatch(decodeURIComponent(header), /[/\\\r\n\u202e\0]/)
  }
})
