import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { type Client, createClient, logIn } from './client.ts'
import { leaveTidy, newPerson, newTitle, type Target, targetKinds } from './target.ts'

const noor = newPerson('noor', '努尔 Noor')
const ben = newPerson('ben', 'Ben "the Bear", Jr.')
const cleo = newPerson('cleo', '=Cleo')
const people = [noor, ben, cleo]
const { title } = newTitle('Physics')

interface Learner {
  readonly client: Client
  readonly enrollmentId: string
}

for (const kind of targetKinds) {
  describe(`assessment on ${kind.name}`, () => {
    let target: Target
    let admin: Client
    let courseId: string
    let page: string
    let quizLesson: string
    let essayLesson: string
    let quizId: string
    let learners: Learner[]
    let certificate: string

    before(async () => {
      target = await kind.start()
      admin = await target.administrator()
    })
    after(async () => {
      if (!kind.isOurs && courseId) await leaveTidy(admin, { courseId, emails: people.map(({ email }) => email) })
      await target?.stop()
    })

    test('a course is written with a page, a quiz and an assignment', async () => {
      courseId = (await admin.expect(201, 'POST', '/courses', { title, summary: 'Why ice floats' })).id
      const module = await admin.expect(201, 'POST', `/courses/${courseId}/modules`, { title: 'Water' })
      const add = async (type: string, content: object) => {
        const lesson = { type, title: `The ${type}`, content, status: 'published' }
        return (await admin.expect(201, 'POST', `/modules/${module.id}/lessons`, lesson)).id
      }
      page = await add('page', { format: 'markdown', source: 'Ice is **lighter** than water.' })
      quizLesson = await add('quiz', {})
      essayLesson = await add('assignment', {})
    })

    test('the quiz asks questions of a bank, the assignment wants a text, the course certifies', async () => {
      const bank = await admin.expect(201, 'POST', `/courses/${courseId}/question-banks`, { title: 'Water' })
      const questions = [
        { type: 'true-false', prompt: 'Ice floats.', correct: true },
        {
          type: 'numeric',
          prompt: 'At how many °C does it melt?',
          value: '0',
          tolerance: { kind: 'absolute', value: '0.5' },
        },
      ]
      const items = []
      for (const content of questions) {
        const { id } = await admin.expect(201, 'POST', `/question-banks/${bank.id}/questions`, { content })
        items.push({ kind: 'question', questionId: id, points: '5' })
      }
      const quiz = { items, passingPercent: '50', timeLimitSeconds: 3600, resultsShow: 'solutions' }
      quizId = (await admin.expect(201, 'POST', `/lessons/${quizLesson}/quiz`, quiz)).id
      const assignment = { instructions: 'Why does ice float?', pointsPossible: '20', passPoints: '10' }
      const { status } = await admin.call('PUT', `/lessons/${essayLesson}/assignment`, assignment)
      assert.ok(status === 200 || status === 201, String(status))
      await admin.expect(200, 'PUT', `/courses/${courseId}/certificate-settings`, {
        isEnabled: true,
        minimumPercent: null,
        heading: 'Certificate',
        text: '{holder}\n{course}\n{date}\nGrade: {grade}',
        accentColor: '#0b5cad',
        signatories: [],
        showsGrade: true,
        language: 'en',
        direction: 'ltr',
      })
      await admin.expect(200, 'POST', `/courses/${courseId}/publish`)
    })

    test('a class is enrolled in one request, and quiz and assignment are on its gradebook', async () => {
      const clients: Client[] = []
      for (const person of people) {
        await createClient(target.url).expect(201, 'POST', '/auth/register', person)
        clients.push(await logIn(target.url, person))
      }
      const rows = people.map(({ email }) => ({ email }))
      const { enrolled, results } = await admin.expect(200, 'POST', `/courses/${courseId}/enrollments/bulk`, { rows })
      assert.equal(enrolled, 3)
      learners = clients.map((client, index) => ({ client, enrollmentId: results[index].enrollmentId }))
      const { gradeItems, items } = await admin.expect(200, 'GET', `/courses/${courseId}/gradebook`)
      assert.deepEqual(sorted(gradeItems.map((item: { source: string }) => item.source)), ['assignment', 'quiz'])
      assert.equal(items.length, 3)
      for (const { current } of items) assert.equal(current.percent, null)
    })

    test('two take the quiz; what was saved is there on another device, and is graded when handed in', async () => {
      for (const [index, melts] of ['0.2', '40'].entries()) {
        const { client } = learner(index)
        const begun = await client.expect(201, 'POST', `/quizzes/${quizId}/attempts`)
        const save = (position: number, sequence: number, answer: object) =>
          client.expect(200, 'PUT', `/attempts/${begun.id}/answers/${position}`, { sequence, answer })
        await save(1, 1, { value: false })
        assert.equal((await save(1, 2, { value: true })).outcome, 'saved')
        const elsewhere = await logIn(target.url, personAt(index))
        const resumed = await elsewhere.expect(200, 'POST', `/quizzes/${quizId}/attempts`)
        assert.deepEqual([resumed.id, resumed.questions[0].answer], [begun.id, { value: true }])
        await save(2, 3, { value: melts })
        const done = await client.expect(200, 'POST', `/attempts/${begun.id}/submit`)
        assert.deepEqual([done.status, done.points], ['graded', index === 0 ? '10' : '5'])
      }
      assert.equal((await learner(2).client.call('GET', `/quizzes/${quizId}/attempts`)).status, 403)
    })

    test('two hand in an essay, and the first is graded; nobody sees the grades of another', async () => {
      for (const index of [0, 1]) {
        await learner(index).client.expect(201, 'POST', `/lessons/${essayLesson}/submissions`, { text: 'Bonds.' })
      }
      const waiting = await admin.expect(200, 'GET', `/lessons/${essayLesson}/submissions?filter=waiting`)
      assert.equal(waiting.items.length, 2)
      const { submissionId } = await submissionOf(0)
      await admin.expect(200, 'PUT', `/submissions/${submissionId}/grade`, { points: '15', feedback: 'Good.' })
      const mine = await gradesOf(0)
      assert.deepEqual([mine.current.percent, mine.final.percent, mine.final.letter], ['83.33', '83.33', 'B'])
      assert.ok(mine.steps.some((step: string) => step.includes('25 of 30')))
      await learner(1).client.expect(404, 'GET', `/enrollments/${learner(0).enrollmentId}/grades`)
      await learner(1).client.expect(403, 'GET', `/courses/${courseId}/gradebook`)
      const open = await gradesOf(1)
      assert.deepEqual([open.current.percent, open.final.percent], ['50', '16.67'])
    })

    test('an override has a reason and a history, and is not lost to who did not see it', async () => {
      const itemId = await itemOf('quiz')
      const path = `/enrollments/${learner(1).enrollmentId}/grades/${itemId}`
      const read = await admin.call('GET', path)
      const match = { 'if-match': read.headers.get('etag') ?? '' }
      const override = { overridePoints: '9', reason: 'The question could be misread.' }
      await admin.expect(400, 'PATCH', path, { overridePoints: '9' }, match)
      await admin.expect(200, 'PATCH', path, override, match)
      await admin.expect(412, 'PATCH', path, { ...override, overridePoints: '1' }, match)
      await learner(1).client.expect(403, 'PATCH', path, override)
      const events = (await admin.expect(200, 'GET', `${path}/events`)).items
      assert.deepEqual([events.at(-1).event, events.at(-1).reason], ['overridden', override.reason])
      assert.equal((await gradesOf(1)).current.percent, '90')
      const excused = { isExcused: true, reason: 'Was ill.' }
      await admin.expect(200, 'PATCH', `/enrollments/${learner(2).enrollmentId}/grades/${itemId}`, excused)
      assert.deepEqual((await gradesOf(2)).final, { percent: '0', letter: 'F' })
    })

    test('who completes the course is certified, once, with the grade', async () => {
      const { client, enrollmentId } = learner(0)
      await client.expect(200, 'POST', `/enrollments/${enrollmentId}/lessons/${page}/complete`)
      assert.equal((await client.expect(200, 'GET', `/enrollments/${enrollmentId}/progress`)).percent, 100)
      certificate = await eventually(async () => {
        const { items } = await client.expect(200, 'GET', '/users/me/certificates')
        assert.equal(items.length, 1)
        assert.equal(items[0].document, 'ready')
        return items[0].number
      })
      const again = await admin.call('POST', `/enrollments/${enrollmentId}/certificate`)
      assert.equal(again.body.number, certificate)
      assert.equal((await learner(1).client.expect(200, 'GET', '/users/me/certificates')).items.length, 0)
    })

    test('anybody verifies the certificate, its holder downloads it, and a revoked one says so', async () => {
      const visitor = createClient(target.url)
      const seen = await visitor.expect(200, 'GET', `/certificates/${certificate}`)
      const { holderName, courseTitle, grade, status } = seen
      assert.deepEqual([holderName, courseTitle, status], [noor.fullName, title, 'valid'])
      assert.match(grade, /^B .*83\.33/)
      const pdf = await learner(0).client.download(`/certificates/${certificate}/document`)
      assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
      await learner(1).client.expect(403, 'GET', `/certificates/${certificate}/document`)
      await admin.expect(200, 'POST', `/certificates/${certificate}/revoke`, { reason: 'Issued by mistake.' })
      assert.equal((await visitor.expect(200, 'GET', `/certificates/${certificate}`)).status, 'revoked')
    })

    test('the export equals the page, and no name in it is a formula', async () => {
      const csv = (await admin.download(`/courses/${courseId}/gradebook.csv`)).toString('utf8')
      const { items, gradeItems } = await admin.expect(200, 'GET', `/courses/${courseId}/gradebook`)
      const lines = csv.trimEnd().split('\r\n')
      assert.equal(lines.length, items.length + 1)
      for (const [index, row] of items.entries()) {
        const counted = row.cells.map((cell: { isExcused: boolean; counted: string | null } | null) =>
          cell?.isExcused ? 'EX' : (cell?.counted ?? ''),
        )
        const totals = [row.current.percent, row.current.letter, row.final.percent, row.final.letter]
        const end = [row.status, ...counted, ...totals].map((one) => one ?? '').join(',')
        assert.ok(lines[index + 1]?.endsWith(`,${row.student.email},${end}`), `${lines[index + 1]} ends with ${end}`)
      }
      assert.equal(gradeItems.length, 2)
      assert.ok(csv.includes('\n"Ben ""the Bear"", Jr.",'))
      assert.ok(csv.includes("\n'=Cleo,"))
    })

    const personAt = (index: number) => people[index] as (typeof people)[number]
    const learner = (index: number) => learners[index] as Learner
    const gradesOf = (index: number) => learner(index).client.expect(200, 'GET', `/courses/${courseId}/grades/me`)

    async function submissionOf(index: number) {
      const { id } = await learner(index).client.expect(200, 'GET', `/lessons/${essayLesson}/submissions/mine`)
      return { submissionId: id as string }
    }

    async function itemOf(source: string): Promise<string> {
      const { items } = await admin.expect(200, 'GET', `/courses/${courseId}/grading`)
      return items.find((item: { source: string }) => item.source === source).id
    }
  })
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort()
}
