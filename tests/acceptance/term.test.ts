import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { type Client, createClient, logIn, mailsTo, tokenIn } from './client.ts'
import { type Target, targetKinds } from './target.ts'

const PASSWORD = 'a password that is long enough'
const administrator = { email: 'head@example.org', password: PASSWORD, fullName: 'Head of School' }
const student = { email: 'layla@example.org', password: PASSWORD, fullName: 'ليلى حسن' }

for (const kind of targetKinds) {
  describe(`a term on ${kind.name}`, () => {
    let target: Target
    let admin: Client
    let learner: Client
    let courseId: string
    let lessonIds: string[]
    let enrollmentId: string

    before(async () => {
      target = await kind.start()
    })
    after(async () => target?.stop())

    test('the printed setup token makes the first administrator, once', async () => {
      const visitor = createClient(target.url)
      const setupToken = /setupToken":"([\w-]+)"/.exec(target.output())?.[1]
      await visitor.expect(403, 'POST', '/auth/setup', { setupToken: 'guessed', ...administrator })
      await visitor.expect(201, 'POST', '/auth/setup', { setupToken, ...administrator })
      await visitor.expect(403, 'POST', '/auth/setup', { setupToken, ...administrator, email: 'second@example.org' })
      admin = await logIn(target.url, administrator)
      assert.equal((await admin.expect(200, 'GET', '/users/me')).role, 'administrator')
    })

    test('a student registers, gets a mail and verifies the address', async () => {
      const visitor = createClient(target.url)
      const account = await visitor.expect(201, 'POST', '/auth/register', student)
      assert.equal(account.role, 'student')
      const mails = await eventually(async () => {
        const found = await mailsTo(target.dataDirectory, student.email)
        assert.ok(found.length > 0, 'no mail yet')
        return found
      })
      await visitor.expect(204, 'POST', '/auth/verify-email', { token: tokenIn(mails[0] ?? '') })
      learner = await logIn(target.url, student)
      assert.equal((await learner.expect(200, 'GET', '/users/me')).emailVerified, true)
    })

    test('a course is written and published', async () => {
      const course = await admin.expect(201, 'POST', '/courses', {
        title: 'Algebra',
        summary: 'Numbers and letters',
        capacity: 1,
      })
      courseId = course.id
      const module = await admin.expect(201, 'POST', `/courses/${courseId}/modules`, { title: 'Basics' })
      lessonIds = []
      for (const title of ['Unknowns', 'Equations', 'Proof']) {
        const lesson = {
          type: 'page',
          title,
          status: 'published',
          content: { format: 'markdown', source: `# ${title}` },
        }
        lessonIds.push((await admin.expect(201, 'POST', `/modules/${module.id}/lessons`, lesson)).id)
      }
      await learner.expect(404, 'GET', `/courses/${courseId}`)
      await admin.expect(200, 'POST', `/courses/${courseId}/publish`)
      const catalogue = await createClient(target.url).expect(200, 'GET', '/courses?q=algebra')
      assert.deepEqual(
        catalogue.items.map((one: { id: string }) => one.id),
        [courseId],
      )
      assert.equal(catalogue.nextCursor, null)
    })

    test('the student enrolls; the one seat is taken and lessons are open to nobody else', async () => {
      await learner.expect(403, 'GET', `/lessons/${lessonIds[0]}`)
      const key = { 'idempotency-key': 'enroll-once' }
      enrollmentId = (await learner.expect(201, 'POST', `/courses/${courseId}/enrollments`, undefined, key)).id
      assert.equal(
        (await learner.expect(201, 'POST', `/courses/${courseId}/enrollments`, undefined, key)).id,
        enrollmentId,
      )
      const other = { ...student, email: 'omar@example.org', fullName: 'Omar' }
      await createClient(target.url).expect(201, 'POST', '/auth/register', other)
      const latecomer = await logIn(target.url, other)
      const refused = await latecomer.expect(409, 'POST', `/courses/${courseId}/enrollments`)
      assert.equal(refused.type, '/problems/enrollments/course-full')
      await latecomer.expect(403, 'GET', `/lessons/${lessonIds[0]}`)
      await latecomer.expect(404, 'GET', `/enrollments/${enrollmentId}/progress`)
      assert.match((await learner.expect(200, 'GET', `/lessons/${lessonIds[0]}`)).content.html, /<h1>Unknowns<\/h1>/)
    })

    test('progress grows with each lesson and says why it is what it is', async () => {
      const percents: number[] = []
      for (const lessonId of lessonIds) {
        await learner.expect(200, 'POST', `/enrollments/${enrollmentId}/lessons/${lessonId}/complete`)
        const progress = await learner.expect(200, 'GET', `/enrollments/${enrollmentId}/progress`)
        percents.push(progress.percent)
        assert.ok(progress.explanation.length > 0)
      }
      assert.deepEqual(percents, [33, 66, 100])
      const mine = await learner.expect(200, 'GET', '/enrollments')
      assert.equal(mine.items[0].progress.percent, 100)
    })

    test('completion is followed by a mail, and seen in the metrics', async () => {
      await eventually(async () => {
        const mails = await mailsTo(target.dataDirectory, student.email)
        assert.ok(mails.length >= 3, `welcome, enrollment and completion mails expected, ${mails.length} found`)
      })
      const metrics = await (await fetch(`${target.url}/metrics`)).text()
      assert.match(metrics, /lms_enrollments_total\{source="self"\} 1\n/)
      assert.match(metrics, /lms_course_completions_total(\{[^}]*\})? 1\n/)
    })

    test('a session that is logged out opens nothing any more', async () => {
      await learner.expect(204, 'POST', '/auth/logout')
      const refused = await learner.expect(401, 'GET', '/users/me')
      assert.equal(refused.reason, 'revoked')
    })

    test('health, readiness, the reference and the start page answer', async () => {
      const ready = await createClient(target.url).expect(200, 'GET', '/ready')
      assert.equal(ready.status, 'ready')
      for (const path of ['/', '/docs', '/problems', '/api/v1/health', '/api/v1/openapi.json', '/metrics']) {
        assert.equal((await fetch(target.url + path)).status, 200, path)
      }
    })
  })
}
