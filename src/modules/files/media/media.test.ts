import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createHarness } from '#support/harness.ts'
import { form, pdf, png, send, video } from '#support/uploads.ts'
import { zip } from '#support/zip.ts'

const hex = (text: string, length = 64) => Buffer.concat([Buffer.from(text, 'hex'), Buffer.alloc(length)])
const ascii = (text: string, length = 64) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(length)])
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')

const contentTypes = (main: string) =>
  `<Types><Override PartName="/x.xml" ContentType="application/vnd.${main}.main+xml"/></Types>`
const word = 'openxmlformats-officedocument.wordprocessingml.document'

/** What it is, the name it comes with, its content, the type it gets and the name it keeps. */
const accepted: [what: string, name: string, content: string | Buffer, mediaType: string, kept: string][] = [
  ['a PDF that claims to be a page', 'a.html', pdf, 'application/pdf', 'a.html.pdf'],
  ['a PDF of letters only', 'a.pdf', '%PDF-1.7\n1 0 obj <<>> endobj', 'application/pdf', 'a.pdf'],
  ['a picture that claims to be a program', 'setup.exe', png, 'image/png', 'setup.exe.png'],
  ['a JPEG', 'A.JPEG', hex('ffd8ffe000104a46494600'), 'image/jpeg', 'A.JPEG'],
  ['a GIF that is a script, too', 'a.gif', ascii('GIF89a/*\0\0*/=1;alert(1)'), 'image/gif', 'a.gif'],
  ['a PNG with a page behind it', 'a.png', Buffer.concat([png, Buffer.from('<html><script>')]), 'image/png', 'a.png'],
  ['a PDF with a ZIP behind it', 'a.zip', Buffer.concat([pdf, zip({ 'a.js': 'x' })]), 'application/pdf', 'a.zip.pdf'],
  ['a TIFF whose directory is at its end', 'a.tif', hex('49492a00ffffff7f', 70_000), 'image/tiff', 'a.tif'],
  ['a WebM', 'a.webm', video(200_000), 'video/webm', 'a.webm'],
  ['an MP4', 'a.mp4', ascii('\0\0\0\x18ftypmp42\0\0\0\0mp42isom'), 'video/mp4', 'a.mp4'],
  ['an M4A', 'a.m4a', ascii('\0\0\0\x18ftypM4A \0\0\0\0M4A mp42'), 'audio/mp4', 'a.m4a'],
  [
    'an MP3 whose tag is longer than its first bytes',
    'a.mp3',
    ascii('ID3\x04\0\0\x7f\x7f\x7f\x7f'),
    'audio/mpeg',
    'a.mp3',
  ],
  ['a WAV', 'a.wav', ascii('RIFF\x64\0\0\0WAVEfmt \x10\0\0\0'), 'audio/wav', 'a.wav'],
  ['an archive', 'a.zip', zip({ 'a.txt': 'text' }), 'application/zip', 'a.zip'],
  ['a gzip bomb, which nobody unpacks', 'a.gz', gzipSync(Buffer.alloc(10_000_000)), 'application/gzip', 'a.gz'],
  [
    'Word',
    'a.docx',
    zip({ '[Content_Types].xml': contentTypes(word), 'word/x.xml': '' }),
    `application/vnd.${word}`,
    'a.docx',
  ],
  [
    'Word as LibreOffice writes it, with the list of contents at the end',
    'a.docx',
    zip({ '_rels/.rels': '', 'word/x.xml': 'x'.repeat(100_000), '[Content_Types].xml': contentTypes(word) }),
    `application/vnd.${word}`,
    'a.docx',
  ],
  [
    'OpenDocument',
    'a.odt',
    zip({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': '' }),
    'application/vnd.oasis.opendocument.text',
    'a.odt',
  ],
  ['RTF', 'a.doc', '{\\rtf1\\ansi hello}', 'application/rtf', 'a.doc.rtf'],

  ['text that begins as a bitmap does', 'bmw.txt', 'BMW builds cars.', 'text/plain', 'bmw.txt'],
  ['text that begins as a program does', 'mz.txt', 'MZ is a code.', 'text/plain', 'mz.txt'],
  ['text of one letter', 'a', 'x', 'text/plain', 'a.txt'],
  ['text in an old encoding', 'a.txt', Buffer.from('Gr\xfc\xdfe', 'latin1'), 'text/plain', 'a.txt'],
  ['text in UTF-16', 'a.txt', utf16('hello'), 'text/plain', 'a.txt'],
  ['long text cut within a letter', 'a.md', `a${'ü'.repeat(100_000)}`, 'text/plain', 'a.md'],
  ['a script for a Unix shell', 'run.sh', '#!/bin/sh\nrm -rf /', 'text/plain', 'run.sh.txt'],
  ['a script for Windows', 'run.bat', '@echo off', 'text/plain', 'run.bat.txt'],
  ['a registry file', 'a.reg', utf16('Windows Registry Editor Version 5.00'), 'text/plain', 'a.reg.txt'],
  ['source code', 'a.py', 'print("hello")', 'text/plain', 'a.py'],
  ['a table with semicolons', 'a.csv', 'name;points\r\n"Ada; L.";10\r\nAlan;9\r\n', 'text/csv', 'a.csv'],
  ['a table with tabs', 'a.tsv', 'name\tpoints\nAda\t10\n', 'text/csv', 'a.tsv'],
  ['a long table', 'a.csv', 'a,b\n'.repeat(50_000), 'text/csv', 'a.csv'],
  ['a table whose cut line lacks its last part', 'a.csv', `${'a'.repeat(9000)},b\n`.repeat(10), 'text/csv', 'a.csv'],
  ['prose with commas', 'a.txt', 'One, two.\nThree.\n', 'text/plain', 'a.txt'],
  ['subtitles', 'a.vtt', 'WEBVTT\n\n00:01.000 --> 00:02.000\nHi', 'text/vtt', 'a.vtt'],
  ['a calendar', 'a.ics', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR', 'text/calendar', 'a.ics'],
  ['a page that claims to be text', 'a.txt', ' \n<!DOCTYPE html><p>', 'text/html', 'a.txt.html'],
  ['a page in UTF-16', 'a.txt', utf16('<html><script>'), 'text/html', 'a.txt.html'],
  ['a page behind a comment', 'a.txt', '<!-- x --><script>alert(1)</script>', 'text/html', 'a.txt.html'],
  [
    'a page in XML',
    'a.xml',
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
    'text/html',
    'a.xml.html',
  ],
  ['a drawing', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml', 'a.svg'],
  [
    'a drawing behind all that may stand before it',
    'a.png',
    '\ufeff<?xml version="1.0"?>\n<!-- <html> -->\n<!DOCTYPE svg PUBLIC "a" "b" [<!ENTITY x "y">]>\n<s:svg xmlns:s="x">',
    'image/svg+xml',
    'a.png.svg',
  ],
  ['XML', 'a.xml', '<?xml version="1.0"?><data/>', 'application/xml', 'a.xml'],
]

/** Refused whatever they are called. */
const refused: [what: string, content: Buffer][] = [
  ['a program for Windows', ascii('MZ\x90\0\x03\0\0\0')],
  ['a program for Linux', hex('7f454c4602010100')],
  ['a program for macOS', hex('cffaedfe07000001')],
  ['Java', hex('cafebabe0000003d')],
  ['WebAssembly', hex('0061736d01000000')],
  ['an installer, or an old Office file', hex('d0cf11e0a1b11ae1', 600)],
  ['a Java archive', zip({ 'META-INF/MANIFEST.MF': 'Main-Class: X' })],
  ['an Android package', zip({ 'AndroidManifest.xml': '', 'classes.dex': '' })],
  [
    'Word with macros',
    zip({ '[Content_Types].xml': contentTypes('ms-word.document.macroEnabled'), 'word/vbaProject.bin': '' }),
  ],
  ['a shortcut', hex('4c0000000114020000000000c000000000000046')],
  ['a Flash film', ascii('CWS\x0a\0\0\0\0')],
  ['a database', ascii('SQLite format 3\0')],
  ['zeros', Buffer.alloc(1000)],
  ['noise', Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 7919) & 0xff))],
]

describe('the first bytes decide what a file is', () => {
  test('201 for each of these, with its true type and a name that fits', async (t) => {
    const { signUp } = await createHarness(t)
    const student = await signUp('student')
    for (const [what, name, content, mediaType, kept] of accepted) {
      const response = await send(student, form({ field: 'file', content, name, type: 'application/x-lie' }))
      assert.equal(response.statusCode, 201, `${what}: ${response.body}`)
      assert.deepEqual([response.json().mediaType, response.json().name], [mediaType, kept], what)
    }
  })

  test('415 for each of these, under whatever name and type they come', async (t) => {
    const { signUp, db } = await createHarness(t)
    const student = await signUp('student')
    for (const [what, content] of refused) {
      const response = await send(student, form({ field: 'file', content, name: 'notes.pdf', type: 'application/pdf' }))
      assert.equal(response.statusCode, 415, `${what}: ${response.body}`)
      assert.equal(response.json().type, '/problems/files/type-refused')
      assert.ok(response.json().accepted.includes('application/pdf'))
    }
    assert.deepEqual(await db.selectFrom('stored_file').selectAll().execute(), [])
  })
})

describe('a file name', () => {
  const long = 'ä'.repeat(200)
  const names: [given: string, kept: string][] = [
    ['成绩 单 – Ελληνικά – عربى.pdf', '成绩 单 – Ελληνικά – عربى.pdf'],
    ['../../../etc/passwd', 'passwd.pdf'],
    ['..', 'file.pdf'],
    ['C:\\Users\\ada\\notes.pdf', 'notes.pdf'],
    ['/', 'file.pdf'],
    ['.htaccess', 'htaccess.pdf'],
    ['a\tb\x00c\x1b[31m.pdf', 'a bc[31m.pdf'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe.pdf'],
    ['a\u2066\u200b\ufeffb.pdf', 'ab.pdf'],
    ['quote%22d%0D%0AX-Evil: 1.pdf', 'quote"d X-Evil: 1.pdf'],
    ['e\u0301.PDF', 'é.PDF'],
    ['a.pdf   ', 'a.pdf'],
    ['a.exe. . .', 'a.exe.pdf'],
    [`${long}.pdf`, `${'ä'.repeat(125)}.pdf`],
    [`a.${long}`, `a.${'ä'.repeat(124)}.pdf`],
    [`${'a'.repeat(245)}👩‍👩‍👧‍👦.pdf`, `${'a'.repeat(245)}.pdf`],
    ['', 'file.pdf'],
  ]

  test('is kept in any script, and never has a path, an end of line, a trick of direction or more than 255 bytes', async (t) => {
    const { signUp } = await createHarness(t)
    const student = await signUp('student')
    for (const [given, kept] of names) {
      const response = await send(student, form({ field: 'file', content: pdf, name: given }))
      assert.equal(response.statusCode, 201, `${given}: ${response.body}`)
      const { id, name } = response.json()
      assert.equal(name, kept)
      assert.ok(Buffer.byteLength(name) <= 255)
      const { headers } = await student.get(`/files/${id}/content`)
      assert.match(String(headers['content-disposition']), /^inline; filename="[^"\\]*"; filename\*=UTF-8''[\w%.~-]+$/)
      assert.equal(headers['x-evil'], undefined)
    }
  })
})
