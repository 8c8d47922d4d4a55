import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { describe, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { type Client, createClient, logIn } from './client.ts'
import { leaveTidy, newPerson, newTitle, targetKinds } from './target.ts'

const student = newPerson('amal', 'أمل حسن')
const { title } = newTitle('Geometry')

const settings = {
  isEnabled: true,
  minimumPercent: null,
  heading: 'شهادة إتمام',
  text: '{holder}\n{course}\n{date}',
  accentColor: '#116c3c',
  signatories: [{ name: '张伟', role: 'Dean' }],
  showsGrade: false,
  language: 'ar',
  direction: 'rtl',
}

for (const kind of targetKinds) {
  describe(`a certificate on ${kind.name}`, () => {
    test('follows the last lesson, is downloaded, verified by anybody, and replaced', async () => {
      const target = await kind.start()
      let tidy = async () => {}
      try {
        const admin = await target.administrator()
        const visitor = createClient(target.url)
        const { courseId, lessonId } = await makeCourse(admin)
        tidy = () => leaveTidy(admin, { courseId, emails: [student.email] })
        await visitor.expect(201, 'POST', '/auth/register', student)
        const learner = await logIn(target.url, student)
        const enrollment = await learner.expect(201, 'POST', `/courses/${courseId}/enrollments`)
        await learner.expect(200, 'POST', `/enrollments/${enrollment.id}/lessons/${lessonId}/complete`)

        const { number } = await readyCertificate(learner)
        const pdf = await download(target.url, learner, `/certificates/${number}/document`)
        assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
        const seen = await visitor.expect(200, 'GET', `/certificates/${number}`)
        assert.deepEqual([seen.holderName, seen.courseTitle, seen.status], [student.fullName, title, 'valid'])
        const credential = await download(target.url, learner, `/certificates/${number}/credential`)
        const { keys } = await visitor.expect(200, 'GET', '/certificates/keys')
        assert.ok(isSignedBy(keys, credential.toString()))

        const reason = { reason: 'The name was misspelt.' }
        const next = await admin.expect(201, 'POST', `/certificates/${number}/reissue`, reason)
        assert.equal((await visitor.expect(200, 'GET', `/certificates/${number}`)).status, 'revoked')
        assert.equal((await visitor.expect(200, 'GET', `/certificates/${next.number}`)).status, 'valid')
        assert.equal((await readyCertificate(learner)).number, next.number)
      } finally {
        if (!kind.isOurs) await tidy()
        await target.stop()
      }
    })
  })
}

async function makeCourse(admin: Client) {
  const course = await admin.expect(201, 'POST', '/courses', { title, summary: 'Points and lines' })
  const module = await admin.expect(201, 'POST', `/courses/${course.id}/modules`, { title: 'Basics' })
  const content = { format: 'markdown', source: 'A point has no part.' }
  const page = { type: 'page', title: 'Points', status: 'published', content }
  const lesson = await admin.expect(201, 'POST', `/modules/${module.id}/lessons`, page)
  await admin.expect(200, 'POST', `/courses/${course.id}/publish`)
  await admin.expect(200, 'PUT', `/courses/${course.id}/certificate-settings`, settings)
  return { courseId: course.id as string, lessonId: lesson.id as string }
}

/** The newest certificate of a student, once its document was made. */
async function readyCertificate(learner: Client) {
  return eventually(
    async () => {
      const { items } = await learner.expect(200, 'GET', '/users/me/certificates')
      assert.equal(items[0]?.document, 'ready')
      return items[0]
    },
    { timeoutMs: 30_000, everyMs: 200 },
  )
}

async function download(url: string, { token }: Client, path: string): Promise<Buffer> {
  const response = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(response.status, 200, path)
  return Buffer.from(await response.arrayBuffer())
}

function isSignedBy(keys: readonly { kid: string }[], credential: string): boolean {
  const [head = '', body = '', signature = ''] = credential.split('.')
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString())
  const jwk = keys.find((key) => key.kid === kid)
  assert.ok(jwk, 'the key is published')
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  return verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))
}
