import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { grade, gradeOnRecord, setUpAssignment } from '#support/assignments.ts'
import { auditActions } from '#support/audit.ts'
import { enroll } from '#support/enrollments.ts'
import { mailsTo } from '#support/harness.ts'
import { pdf, upload } from '#support/uploads.ts'

const level = (id: string, points: string) => ({ id, title: id, points })
const rubric = [
  { id: 'argument', title: 'Argument', levels: [level('weak', '1'), level('strong', '6.5')] },
  { id: 'style', title: 'Style', levels: [level('weak', '0'), level('strong', '3.5')] },
]

describe('PUT /submissions/:submissionId/grade', () => {
  test('200 shows the grade at once, puts it on the gradebook, completes the lesson and mails the student', async (t) => {
    const scene = await setUpAssignment(t, () => ({ passPoints: '5' }))
    const { owner, student, db, lessonId, enrollmentId, handIn, runJobs, metrics } = scene
    const { submissionId } = await handIn()
    const graded = await grade(owner, submissionId, { points: '7.25', feedback: 'Well done.' })
    assert.equal(graded.state, 'released')
    assert.deepEqual([graded.grade.points, graded.grade.finalPoints, graded.grade.isPassed], ['7.25', '7.25', true])
    const { grade: seen, state } = (await student.get(`/lessons/${lessonId}/submissions/mine`)).json()
    assert.deepEqual([state, seen.feedback, 'gradedBy' in seen], ['released', 'Well done.', false])
    assert.deepEqual(await gradeOnRecord(scene, enrollmentId), { points: 72_500, late_penalty: 0 })
    const progress = (await student.get(`/enrollments/${enrollmentId}/progress`)).json()
    assert.equal(progress.percent, 100)
    await runJobs()
    assert.ok(mailsTo(scene, student).some((text) => text.includes('“Essay” in “History” has been graded')))
    assert.ok((await auditActions(db)).includes('submission.graded'))
    assert.match(await metrics.metrics(), /lms_submissions_graded_total\{outcome="passed"\} 1/)
  })

  test('200 below the points to pass completes nothing; grading again does, and the history says why', async (t) => {
    const scene = await setUpAssignment(t, () => ({ passPoints: '5' }))
    const { owner, student, db, enrollmentId, handIn } = scene
    const { submissionId } = await handIn()
    await grade(owner, submissionId, { points: '4.9999' })
    const percent = async () => (await student.get(`/enrollments/${enrollmentId}/progress`)).json().percent
    assert.equal(await percent(), 0)
    await grade(owner, submissionId, { points: '5', reason: 'Page 3 was overlooked.' })
    assert.equal(await percent(), 100)
    const reasons = await db.selectFrom('grade_event').select('reason').orderBy('id').execute()
    assert.deepEqual(
      reasons.map(({ reason }) => reason),
      ['Version 1 was graded.', 'Page 3 was overlooked.'],
    )
  })

  test('200 sums up the rubric, and 400 names marks that do not fit it', async (t) => {
    const { owner, handIn } = await setUpAssignment(t, () => ({ rubric }))
    const { submissionId } = await handIn()
    const argument = { criterionId: 'argument', levelId: 'strong', comment: 'Clear.' }
    const style = { criterionId: 'style', levelId: 'weak' }
    const refused = async (fields: Record<string, unknown>) => {
      const response = await owner.put(`/submissions/${submissionId}/grade`, fields)
      assert.equal(response.statusCode, 400, response.body)
      return response.json().errors.map((one: { pointer: string }) => one.pointer)
    }
    assert.deepEqual(await refused({ rubricMarks: [argument] }), ['/body/points'])
    assert.deepEqual(await refused({ points: '10.0001' }), ['/body/points'])
    assert.deepEqual(await refused({ rubricMarks: [argument, argument] }), ['/body/rubricMarks/1/criterionId'])
    assert.deepEqual(await refused({ rubricMarks: [{ ...style, levelId: 'fine' }] }), ['/body/rubricMarks/0/levelId'])
    const { grade: summed } = await grade(owner, submissionId, { rubricMarks: [argument, style] })
    assert.equal(summed.points, '6.5')
    assert.deepEqual(summed.rubricMarks[0], { ...argument, points: '6.5' })
    const { grade: chosen } = await grade(owner, submissionId, { rubricMarks: [argument], points: '8' })
    assert.equal(chosen.points, '8')
  })

  test('412 for the second of two graders who read the same, and for a version that came meanwhile', async (t) => {
    const scene = await setUpAssignment(t)
    const { owner, signUp, courseId, enrollmentId, handIn } = scene
    const assistant = await signUp('student')
    const added = { email: assistant.email, staffRole: 'teaching-assistant' }
    assert.equal((await owner.post(`/courses/${courseId}/staff`, added)).statusCode, 201)
    const { submissionId } = await handIn('One')
    const path = `/submissions/${submissionId}`
    const etag = String((await owner.get(path)).headers.etag)
    const [first, second] = await Promise.all([
      owner.put(`${path}/grade`, { points: '3' }, { 'if-match': etag }),
      assistant.put(`${path}/grade`, { points: '9' }, { 'if-match': etag }),
    ])
    assert.deepEqual([first.statusCode, second.statusCode].sort(), [200, 412])
    const winner = first.statusCode === 200 ? 30_000 : 90_000
    assert.equal((await gradeOnRecord(scene, enrollmentId))?.points, winner)

    const before = String((await owner.get(path)).headers.etag)
    await handIn('Two')
    assert.equal((await owner.put(`${path}/grade`, { points: '3' }, { 'if-match': before })).statusCode, 412)
    const now = (await owner.get(path)).json()
    assert.deepEqual([now.state, now.number, now.grade.number], ['waiting', 2, 1])
  })

  test('401, 403 and 404 for those who may not grade', async (t) => {
    const { visitor, student, owner, signUp, handIn } = await setUpAssignment(t)
    const { submissionId } = await handIn()
    const path = `/submissions/${submissionId}/grade`
    assert.equal((await visitor.put(path, { points: '1' })).statusCode, 401)
    assert.equal((await student.put(path, { points: '10' })).statusCode, 403)
    assert.equal((await (await signUp('instructor')).put(path, { points: '1' })).statusCode, 403)
    assert.equal((await owner.put(`/submissions/${randomUUID()}/grade`, { points: '1' })).statusCode, 404)
  })
})

describe('drafts of grades', () => {
  test('are for staff until they are released, one or all; feedback files too', async (t) => {
    const scene = await setUpAssignment(t, () => ({ releasesAtOnce: false }))
    const { owner, student, signUp, courseId, lessonId, enrollmentId, handIn, runJobs, clock } = scene
    const other = await signUp('student')
    await enroll(other, courseId)
    const { submissionId } = await handIn()
    const { submissionId: otherId } = await handIn('Mine', other)
    const file = await upload(owner, { content: pdf, name: 'remarks.pdf' })
    const { state } = await grade(owner, submissionId, { points: '8', feedback: 'Draft', fileIds: [file.id] })
    await grade(owner, otherId, { points: '2' })
    assert.equal(state, 'graded')

    const seen = (await student.get(`/lessons/${lessonId}/submissions/mine`)).json()
    assert.deepEqual([seen.state, seen.grade], ['waiting', null])
    assert.equal(await gradeOnRecord(scene, enrollmentId), undefined)
    assert.equal((await student.get(`/files/${file.id}`)).statusCode, 404)

    const released = await owner.post(`/submissions/${submissionId}/release`)
    assert.equal(released.statusCode, 200, released.body)
    assert.equal((await student.get(`/submissions/${submissionId}`)).json().grade.feedback, 'Draft')
    assert.equal((await student.get(`/files/${file.id}/content`)).statusCode, 200)
    assert.equal((await other.get(`/files/${file.id}`)).statusCode, 404)
    assert.equal((await gradeOnRecord(scene, enrollmentId))?.points, 80_000)
    const again = await owner.post(`/submissions/${submissionId}/release`)
    assert.equal(again.json().type, '/problems/assignments/nothing-to-release')
    assert.equal((await student.post(`/submissions/${submissionId}/release`)).statusCode, 403)

    const all = await owner.post(`/lessons/${lessonId}/submissions/release`)
    assert.deepEqual(all.json(), { released: 1 })
    assert.equal((await student.post(`/lessons/${lessonId}/submissions/release`)).statusCode, 403)
    assert.equal((await other.get(`/submissions/${otherId}`)).json().grade.points, '2')

    clock.advance({ minutes: 1 })
    await grade(owner, submissionId, { points: '9' })
    assert.equal((await gradeOnRecord(scene, enrollmentId))?.points, 90_000, 'what was released stays so')
    await runJobs()
    assert.equal(mailsToCount(scene, other), 1)
  })

  test('are released once, however many release at the same time', async (t) => {
    const scene = await setUpAssignment(t, () => ({ releasesAtOnce: false }))
    const { owner, student, lessonId, handIn, runJobs } = scene
    const { submissionId } = await handIn()
    await grade(owner, submissionId, { points: '8' })
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => owner.post(`/lessons/${lessonId}/submissions/release`)),
    )
    assert.equal(
      answers.reduce((sum, answer) => sum + answer.json().released, 0),
      1,
    )
    await runJobs()
    assert.equal(mailsToCount(scene, student), 1)
  })
})

describe('POST /submissions/:submissionId/reopen', () => {
  test('200 lets the student hand in once more after the cut-off, as late as before, and tells him why', async (t) => {
    const scene = await setUpAssignment(t, (inHours) => ({ due: inHours(1), closes: inHours(2) }))
    const { owner, student, clock, db, lessonId, handIn, runJobs } = scene
    const { submissionId } = await handIn('Scan of an empty page')
    clock.advance({ hours: 20 })
    const path = `/submissions/${submissionId}/reopen`
    assert.equal((await student.post(path, { reason: 'Please' })).statusCode, 403)
    assert.equal((await owner.post(path, { reason: ' ' })).statusCode, 400)
    const reopened = await owner.post(path, { reason: 'The scan was empty.' })
    assert.equal(reopened.statusCode, 200, reopened.body)
    const twice = await owner.post(path, { reason: 'Once more.' })
    assert.equal(twice.json().type, '/problems/assignments/already-reopened')
    const { number, lateDays } = await handIn('The essay')
    assert.deepEqual([number, lateDays], [2, 0])
    const third = await student.post(`/lessons/${lessonId}/submissions`, { text: 'More' })
    assert.equal(third.json().type, '/problems/assignments/closed')
    await runJobs()
    assert.ok(mailsTo(scene, student).some((text) => text.includes('The scan was empty.')))
    assert.ok((await auditActions(db)).includes('submission.reopened'))
  })
})

function mailsToCount(scene: Parameters<typeof mailsTo>[0], person: Parameters<typeof mailsTo>[1]): number {
  return mailsTo(scene, person).filter((text) => text.includes('has been graded')).length
}
