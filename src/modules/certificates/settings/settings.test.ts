import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { auditActions } from '#support/audit.ts'
import { certificatesOf, englishSettings } from '#support/certificates.ts'
import { makeCourse } from '#support/courses.ts'
import { createHarness } from '#support/harness.ts'
import { fontsOf, pagesOf } from '#support/pdf.ts'

describe('GET /courses/:courseId/certificate-settings', () => {
  test('200 with certificates off and texts to begin with, for staff', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const response = await owner.get(`/courses/${courseId}/certificate-settings`)
    assert.equal(response.statusCode, 200, response.body)
    assert.equal(response.headers.etag, '"0"')
    const { isEnabled, updatedAt, text } = response.json()
    assert.deepEqual({ isEnabled, updatedAt }, { isEnabled: false, updatedAt: null })
    assert.match(text, /\{holder\}/)
  })

  test('401 without a token, 403 for students, 404 for an unknown course; the same for changing them', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const student = await harness.signUp('student')
    const path = `/courses/${courseId}/certificate-settings`
    assert.equal((await harness.visitor.get(path)).statusCode, 401)
    assert.equal((await student.get(path)).statusCode, 403)
    assert.equal((await owner.get(`/courses/${randomUUID()}/certificate-settings`)).statusCode, 404)
    assert.equal((await harness.visitor.put(path, englishSettings)).statusCode, 401)
    assert.equal((await student.put(path, englishSettings)).statusCode, 403)
    assert.equal((await owner.put(`/courses/${randomUUID()}/certificate-settings`, englishSettings)).statusCode, 404)
  })
})

describe('PUT /courses/:courseId/certificate-settings', () => {
  test('200 stores them; 412 with the ETag of an older version', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const path = `/courses/${courseId}/certificate-settings`
    const stored = await owner.put(path, englishSettings, { 'if-match': '"0"' })
    assert.equal(stored.statusCode, 200, stored.body)
    assert.equal(stored.headers.etag, '"1"')
    const { courseId: id, updatedAt, ...rest } = stored.json()
    assert.deepEqual(rest, englishSettings)
    assert.ok(id === courseId && updatedAt)
    const late = await owner.put(path, { ...englishSettings, heading: 'Late' }, { 'if-match': '"0"' })
    assert.equal(late.statusCode, 412, late.body)
    const changed = await owner.put(path, { ...englishSettings, heading: 'Diploma' }, { 'if-match': '"1"' })
    assert.equal(changed.headers.etag, '"2"')
    const read = await owner.get(path)
    assert.equal(read.json().heading, 'Diploma')
    assert.equal((await owner.get(path, { 'if-none-match': '"2"' })).statusCode, 304)
    assert.ok((await auditActions(harness.db)).includes('certificate-settings.changed'))
  })

  test('a deleted draft takes its settings along', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner, { isPublished: false })
    await owner.put(`/courses/${courseId}/certificate-settings`, englishSettings)
    assert.equal((await owner.delete(`/courses/${courseId}`)).statusCode, 204)
    assert.deepEqual(await harness.db.selectFrom('certificate_setting').selectAll().execute(), [])
  })

  const mistakes: [name: string, changes: Record<string, unknown>, pointer: string, message: RegExp][] = [
    [
      'a placeholder that there is not',
      { text: '{holder} {name}' },
      '/body/text',
      /no placeholder \{name\}.*\{course\}/,
    ],
    ['no holder', { text: 'Well done!' }, '/body/text', /\{holder\}/],
    ['a grade that is not shown', { text: '{holder} {grade}' }, '/body/text', /showsGrade is false/],
    ['characters without a font', { heading: 'དཔལ' }, '/body/heading', /ད པ ལ/],
    ['signatories without a font', { signatories: [{ name: '😀', role: '' }] }, '/body/signatories', /😀/],
    ['a colour that is none', { accentColor: 'red' }, '/body/accentColor', /pattern/],
    ['a language that is none', { language: 'english please' }, '/body/language', /pattern/],
    ['a language that only looks like one', { language: 'en-x1-x1' }, '/body/language', /BCP 47/],
    ['a direction that is none', { direction: 'up' }, '/body/direction', /./],
    ['too many signatories', { signatories: Array(5).fill({ name: 'A', role: '' }) }, '/body/signatories', /4/],
    ['an empty heading', { heading: ' ' }, '/body/heading', /one line/],
  ]
  test('400 names the field and the rule, and stores nothing', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const path = `/courses/${courseId}/certificate-settings`
    for (const [name, changes, pointer, message] of mistakes) {
      const response = await owner.put(path, { ...englishSettings, ...changes })
      assert.equal(response.statusCode, 400, `${name}: ${response.body}`)
      const [error] = response.json().errors
      assert.equal(error.pointer, pointer, name)
      assert.match(error.message, message, name)
    }
    assert.deepEqual(await harness.db.selectFrom('certificate_setting').selectAll().execute(), [])
  })
})

describe('POST /courses/:courseId/certificate-settings/preview', () => {
  const { isEnabled: _on, minimumPercent: _any, ...template } = englishSettings
  const body = { holderName: 'محمد', ...template }

  test('200 with a specimen of one page, and nothing is stored or issued', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const response = await owner.post(`/courses/${courseId}/certificate-settings/preview`, body)
    assert.equal(response.statusCode, 200, response.body)
    assert.equal(response.headers['content-type'], 'application/pdf')
    assert.equal(pagesOf(response.rawPayload), 1)
    assert.deepEqual(fontsOf(response.rawPayload), ['NotoNaskhArabic', 'NotoSans-Regular'])
    assert.equal(response.rawPayload.includes('credential.jwt'), false, 'a specimen has no credential')
    assert.deepEqual(await harness.db.selectFrom('certificate_setting').selectAll().execute(), [])
    assert.deepEqual(await certificatesOf(owner), [])
    assert.equal((await harness.visitor.get('/certificates/0000-0000-0000-0000')).statusCode, 404)
  })

  test('400 for what settings refuse, and for a name without a font; 401, 403 and 404 for others', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const path = `/courses/${courseId}/certificate-settings/preview`
    const refused = await owner.post(path, { ...body, text: 'Nobody' })
    assert.equal(refused.statusCode, 400, refused.body)
    assert.equal(refused.json().errors[0].pointer, '/body/text')
    const strange = await owner.post(path, { ...body, holderName: 'བོད' })
    assert.equal(strange.json().errors[0].pointer, '/body/holderName')
    assert.equal((await harness.visitor.post(path, body)).statusCode, 401)
    assert.equal((await (await harness.signUp('student')).post(path, body)).statusCode, 403)
    const unknown = `/courses/${randomUUID()}/certificate-settings/preview`
    assert.equal((await owner.post(unknown, body)).statusCode, 404)
  })
})
