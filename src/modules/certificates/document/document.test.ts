import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { enqueue } from '#platform/jobs/outbox.ts'
import { certificatesOf, completeCourse, downloadPdf, makeCertificate } from '#support/certificates.ts'
import { createHarness, type Harness, mailsTo } from '#support/harness.ts'
import { fontsOf, pagesOf, unpackPdf } from '#support/pdf.ts'
import { renderCertificate } from '../jobs.ts'

const arabic = {
  heading: 'شهادة إتمام',
  text: 'نشهد بأن\n{holder}\nقد أتمّ بنجاح دورة\n{course}\nبتاريخ {date}.',
  signatories: [{ name: 'أ.د. فاطمة الزهراء', role: 'عميدة الكلية' }],
  language: 'ar',
  direction: 'rtl',
}
const chinese = {
  heading: '结业证书',
  text: '兹证明\n{holder}\n已完成课程\n{course}\n日期：{date}',
  signatories: [{ name: '张伟', role: '院长' }],
  language: 'zh-Hans',
}

/** Loses every document, as a disk that was restored from an older backup would have. */
async function loseDocuments({ dataDirectory }: Harness): Promise<void> {
  const directory = join(dataDirectory, 'files', 'objects')
  const files = await readdir(directory, { recursive: true, withFileTypes: true })
  const documents = files.filter((file) => file.name.endsWith('.pdf'))
  assert.ok(documents.length > 0, 'there are documents to lose')
  for (const { parentPath, name } of documents) await rm(join(parentPath, name))
}

describe('GET /certificates/:number/document', () => {
  const scripts = [
    { script: 'Latin', name: 'Žofie Nguyễn', settings: {}, fonts: ['NotoSans-Regular'] },
    { script: 'Arabic', name: 'محمد عبد الرحمن', settings: arabic, fonts: ['NotoNaskhArabic', 'NotoSans-Regular'] },
    { script: 'Chinese', name: '欧阳明月', settings: chinese, fonts: ['NotoSans-Regular', 'NotoSansHans-Regular'] },
    {
      script: 'mixed',
      name: 'Anna محمد 欧阳',
      settings: {},
      fonts: ['NotoNaskhArabic', 'NotoSans-Regular', 'NotoSansHans-Regular'],
    },
  ]
  for (const { script, name, settings, fonts } of scripts) {
    test(`200 with one page and embedded fonts in ${script} script, for the holder and for staff`, async (t) => {
      const harness = await createHarness(t)
      const { owner, student, number } = await makeCertificate(harness, { name, settings })
      const response = await student.get(`/certificates/${number}/document`)
      assert.equal(response.statusCode, 200, response.body)
      assert.equal(response.headers['content-type'], 'application/pdf')
      assert.match(String(response.headers['content-disposition']), new RegExp(`certificate-${number}\\.pdf`))
      const pdf = response.rawPayload
      assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
      assert.equal(Number(response.headers['content-length']), pdf.length)
      assert.deepEqual(fontsOf(pdf), fonts)
      assert.equal(pagesOf(pdf), 1)
      assert.ok((await downloadPdf(owner, number)).equals(pdf))
      const { etag } = response.headers
      assert.equal(etag, `"${createHash('sha256').update(pdf).digest('hex')}"`)
      const known = { 'if-none-match': String(etag) }
      assert.equal((await student.get(`/certificates/${number}/document`, known)).statusCode, 304)
    })
  }

  test('200 with everything on one page, however long the names and the text are', async (t) => {
    const harness = await createHarness(t)
    const { student, number } = await makeCertificate(harness, {
      name: 'Maximilian-Alexander von Hohenlohe-Waldenburg-Schillingsfürst '.repeat(3).trim(),
      course: { title: 'Perspectives on the Organisation of Knowledge '.repeat(4).trim() },
      settings: {
        text: `${'A text that is rather long. '.repeat(50)}\n{holder}\n{course}`,
        signatories: Array.from({ length: 4 }, () => ({ name: 'N'.repeat(100), role: 'R'.repeat(100) })),
      },
    })
    assert.equal(pagesOf(await downloadPdf(student, number)), 1)
  })

  test('the PDF holds the signed credential', async (t) => {
    const harness = await createHarness(t)
    const { student, number } = await makeCertificate(harness)
    const credential = (await student.get(`/certificates/${number}/credential`)).body
    assert.ok(unpackPdf(await downloadPdf(student, number)).includes(credential))
  })

  test('409 while it is made; made again, byte by byte the same, after the storage has lost it', async (t) => {
    const harness = await createHarness(t)
    const { student, number } = await makeCertificate(harness)
    const before = await downloadPdf(student, number)
    await loseDocuments(harness)
    for (const response of await Promise.all([1, 2, 3].map(() => student.get(`/certificates/${number}/document`)))) {
      assert.equal(response.statusCode, 409, response.body)
      assert.equal(response.json().type, '/problems/certificates/document-not-ready')
      assert.ok(response.headers['retry-after'])
    }
    assert.deepEqual(await harness.runJobs(), ['certificates.render'])
    assert.ok((await downloadPdf(student, number)).equals(before))
    assert.equal(mailsTo(harness, student).filter((text) => text.includes('your certificate')).length, 1)
  })

  test('the job that makes it can run again and at once with itself: one document, one mail', async (t) => {
    const harness = await createHarness(t)
    const { student } = await completeCourse(harness)
    await harness.runJobs()
    const { id } = await harness.db.selectFrom('certificate').select('id').executeTakeFirstOrThrow()
    const before = await downloadPdf(student, (await certificatesOf(student))[0].number)
    await enqueue(harness.db, renderCertificate, { certificateId: id }, harness.clock.now())
    assert.deepEqual(await harness.runJobs(), ['certificates.render'])
    const [certificate] = await certificatesOf(student)
    assert.ok((await downloadPdf(student, certificate.number)).equals(before))
    assert.equal(mailsTo(harness, student).filter((text) => text.includes('your certificate')).length, 1)
  })

  test('409 names the characters that no font has; the certificate counts without a document', async (t) => {
    const harness = await createHarness(t)
    const { student, number, certificate } = await makeCertificate(harness, { name: 'Tenzin བསྟན་འཛིན' })
    assert.equal(certificate.document, 'failed')
    assert.match(certificate.documentFailure, /No font has these characters: .*བ/)
    const response = await student.get(`/certificates/${number}/document`)
    assert.equal(response.statusCode, 409, response.body)
    assert.equal(response.json().type, '/problems/certificates/document-failed')
    assert.equal((await harness.visitor.get(`/certificates/${number}`)).json().status, 'valid')
    assert.match(await harness.metrics.metrics(), /lms_certificate_render_failures_total\{reason="characters"\} 1/)
  })

  test('401, 403 for others, 404 and 400 for numbers that are none', async (t) => {
    const harness = await createHarness(t)
    const { number } = await makeCertificate(harness)
    const strangers = [await harness.signUp('student'), await harness.signUp('instructor')]
    for (const part of ['document', 'credential']) {
      const path = `/certificates/${number}/${part}`
      assert.equal((await harness.visitor.get(path)).statusCode, 401)
      for (const stranger of strangers) assert.equal((await stranger.get(path)).statusCode, 403)
      const administrator = await harness.signUp('administrator')
      assert.equal((await administrator.get(path)).statusCode, 200)
      assert.equal((await administrator.get(`/certificates/0000-0000-0000-0000/${part}`)).statusCode, 404)
      assert.equal((await administrator.get(`/certificates/0000-0000-0000-0001/${part}`)).statusCode, 400)
    }
  })

  test('503 without a storage; issuing and verifying go on, and the document follows', async (t) => {
    const { harness, repair } = await harnessWithoutStorage(t)
    const { student, courseId } = await completeCourse(harness)
    await assert.rejects(harness.runJobs(), /certificates\.render/)
    const [certificate] = await certificatesOf(student)
    assert.equal(certificate.document, 'pending')
    assert.equal((await harness.visitor.get(`/certificates/${certificate.number}`)).json().status, 'valid')
    await harness.db
      .updateTable('certificate')
      .set({ document_state: 'ready' })
      .where('course_id', '=', courseId)
      .execute()
    const response = await student.get(`/certificates/${certificate.number}/document`)
    assert.equal(response.statusCode, 503, response.body)
    assert.equal(response.json().type, '/problems/certificates/document-unavailable')
    assert.match(await harness.metrics.metrics(), /lms_certificate_render_failures_total\{reason="storage"\} 1/)
    repair()
    harness.clock.advance({ hours: 1 })
    await harness.runJobs()
    const again = await harness.signIn(student)
    assert.equal(pagesOf(await downloadPdf(again, certificate.number)), 1)
  })
})

async function harnessWithoutStorage(t: TestContext) {
  const { openDiskStorage } = await import('#platform/storage/disk-storage.ts')
  // Below a file there is no directory.
  const directory = { current: join(import.meta.filename, 'none') }
  const harness = await createHarness(t, { openStorage: () => openDiskStorage({ directory: directory.current }) })
  const repair = () => {
    directory.current = join(harness.dataDirectory, 'files')
  }
  return { harness, repair }
}
