import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { type Client, createClient, logIn, mailsTo, tokenIn } from './client.ts'
import { leaveTidy, newPerson, newTitle, type Target, targetKinds } from './target.ts'

const student = newPerson('layla', 'ليلى حسن')
const latecomer = newPerson('omar', 'Omar')
const { title, word } = newTitle('Algebra')

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
    after(async () => {
      if (!kind.isOurs && courseId) await leaveTidy(admin, { courseId, emails: [student.email, latecomer.email] })
      await target?.stop()
    })

    test('an administrator logs in; whom the setup token has made is the only one it makes', async () => {
      const visitor = createClient(target.url)
      const guess = { setupToken: 'guessed', ...newPerson('guesser', 'Guesser') }
      await visitor.expect(403, 'POST', '/auth/setup', guess)
      admin = await target.administrator()
      assert.equal((await admin.expect(200, 'GET', '/users/me')).role, 'administrator')
      if (target.inside)
        await visitor.expect(403, 'POST', '/auth/setup', { ...guess, setupToken: target.inside.setupToken() })
    })

    test('a student registers and logs in', async () => {
      const account = await createClient(target.url).expect(201, 'POST', '/auth/register', student)
      assert.deepEqual([account.role, account.fullName], ['student', student.fullName])
      learner = await logIn(target.url, student)
    })

    if (kind.isOurs) {
      test('the student gets a mail and verifies the address', async () => {
        const [mail = ''] = await mailsOf(target, 1)
        await createClient(target.url).expect(204, 'POST', '/auth/verify-email', { token: tokenIn(mail) })
        assert.equal((await learner.expect(200, 'GET', '/users/me')).emailVerified, true)
      })
    }

    test('a course is written and published', async () => {
      const course = await admin.expect(201, 'POST', '/courses', {
        title,
        summary: 'Numbers and letters',
        capacity: 1,
      })
      courseId = course.id
      const module = await admin.expect(201, 'POST', `/courses/${courseId}/modules`, { title: 'Basics' })
      lessonIds = []
      for (const name of ['Unknowns', 'Equations', 'Proof']) {
        const lesson = {
          type: 'page',
          title: name,
          status: 'published',
          content: { format: 'markdown', source: `# ${name}` },
        }
        lessonIds.push((await admin.expect(201, 'POST', `/modules/${module.id}/lessons`, lesson)).id)
      }
      await learner.expect(404, 'GET', `/courses/${courseId}`)
      await admin.expect(200, 'POST', `/courses/${courseId}/publish`)
      const catalogue = await createClient(target.url).expect(200, 'GET', `/courses?q=${word}`)
      assert.deepEqual(
        catalogue.items.map((one: { id: string }) => one.id),
        [courseId],
      )
      assert.equal(catalogue.nextCursor, null)
    })

    test('the student enrolls; the one seat is taken and lessons are open to nobody else', async () => {
      await learner.expect(403, 'GET', `/lessons/${lessonIds[0]}`)
      const key = { 'idempotency-key': crypto.randomUUID() }
      enrollmentId = (await learner.expect(201, 'POST', `/courses/${courseId}/enrollments`, undefined, key)).id
      assert.equal(
        (await learner.expect(201, 'POST', `/courses/${courseId}/enrollments`, undefined, key)).id,
        enrollmentId,
      )
      await createClient(target.url).expect(201, 'POST', '/auth/register', latecomer)
      const late = await logIn(target.url, latecomer)
      const refused = await late.expect(409, 'POST', `/courses/${courseId}/enrollments`)
      assert.equal(refused.type, '/problems/enrollments/course-full')
      await late.expect(403, 'GET', `/lessons/${lessonIds[0]}`)
      await late.expect(404, 'GET', `/enrollments/${enrollmentId}/progress`)
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

    if (kind.isOurs) {
      test('completion is followed by a mail, and seen in the metrics', async () => {
        await mailsOf(target, 3)
        const metrics = await (await fetch(`${target.url}/metrics`)).text()
        assert.match(metrics, /lms_enrollments_total\{source="self"\} 1\n/)
        assert.match(metrics, /lms_course_completions_total(\{[^}]*\})? 1\n/)
      })
    }

    test('a session that is logged out opens nothing any more', async () => {
      await learner.expect(204, 'POST', '/auth/logout')
      const refused = await learner.expect(401, 'GET', '/users/me')
      assert.equal(refused.reason, 'revoked')
    })

    test('health, readiness, the reference and the start page answer', async () => {
      const ready = await createClient(target.url).expect(200, 'GET', '/ready')
      assert.equal(ready.status, 'ready')
      const paths = [
        '/',
        '/problems',
        '/api/v1/health',
        '/api/v1/openapi.json',
        ...(kind.isOurs ? ['/docs', '/metrics'] : []),
      ]
      for (const path of paths) {
        assert.equal((await fetch(target.url + path)).status, 200, path)
      }
    })
  })
}

/** The mails to the student so far, once there are so many: welcome, enrollment and completion, one after the other. */
async function mailsOf({ inside }: Target, count: number): Promise<string[]> {
  return eventually(async () => {
    const found = await mailsTo(inside?.dataDirectory ?? '', student.email)
    assert.ok(found.length >= count, `${count} mails expected, ${found.length} found`)
    return found
  })
}
