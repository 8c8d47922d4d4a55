import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { addCategory, addItem, addQuiz, addStaff, changeGrade, type Learner, makeClass } from '#support/gradebook.ts'
import { type ApiClient, createHarness, type Harness } from '#support/harness.ts'
import type { Gradebook, StudentGrades } from './schemas.ts'

async function pageOf(staff: ApiClient, courseId: string, query = ''): Promise<Gradebook> {
  const response = await staff.get(`/courses/${courseId}/gradebook${query}`)
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

async function csvOf(staff: ApiClient, courseId: string, query = ''): Promise<string[][]> {
  const response = await staff.get(`/courses/${courseId}/gradebook.csv${query}`)
  assert.equal(response.statusCode, 200, response.body)
  assert.equal(response.headers['content-type'], 'text/csv; charset=utf-8')
  assert.match(String(response.headers['content-disposition']), /^attachment; filename="course-\d+-grades\.csv"/)
  return parseCsv(response.body)
}

/** RFC 4180, strictly: every line ends with CR LF. */
function parseCsv(text: string): string[][] {
  assert.equal(text[0], '\ufeff')
  const lines: string[][] = []
  let line: string[] = []
  for (const [, quoted, plain = '', end] of text.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    line.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    lines.push(line)
    line = []
  }
  return lines
}

async function myGrades(student: ApiClient, courseId: string): Promise<StudentGrades> {
  const response = await student.get(`/courses/${courseId}/grades/me`)
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

/** Homework of 40 % with one dropped, an exam of 60 %: quiz 8 and 4 of 10, exam 45 of 50, all of Ada's. */
async function gradedClass(harness: Harness, names = ['Ada Lovelace']) {
  const made = await makeClass(harness, names)
  const { owner, courseId, student } = made
  const homework = await addCategory(owner, courseId, { title: 'Homework', weight: '40', dropLowest: 1 })
  const exams = await addCategory(owner, courseId, { title: 'Exams', weight: '60' })
  const first = await addQuiz(harness, courseId)
  const second = await addQuiz(harness, courseId)
  for (const { itemId } of [first, second]) await owner.patch(`/grade-items/${itemId}`, { categoryId: homework })
  const exam = await addItem(owner, courseId, { title: 'Exam', pointsPossible: '50', categoryId: exams })
  await first.record(student, '9', '1')
  await second.record(student, '4')
  await changeGrade(owner, student, exam, { points: '45' })
  return { ...made, homework, first, second, exam }
}

describe('GET /courses/:courseId/gradebook', () => {
  test('200 shows earned points, penalty, override, what counts and the totals', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, student, first, second, exam } = await gradedClass(harness)
    const { items, gradeItems, weighting } = await pageOf(owner, courseId)
    assert.equal(weighting, 'weights')
    assert.deepEqual(
      gradeItems.map(({ id }) => id),
      [first.itemId, second.itemId, exam],
    )
    const [row] = items
    assert.equal(row?.enrollmentId, student.enrollmentId)
    assert.deepEqual(row?.student, { id: student.userId, fullName: 'Ada Lovelace', email: student.email })
    const nothing = { overridePoints: null, isExcused: false }
    assert.deepEqual(row?.cells, [
      { ...nothing, points: '9', latePenalty: '1', counted: '8', isDropped: false, version: 1 },
      { ...nothing, points: '4', latePenalty: '0', counted: '4', isDropped: true, version: 1 },
      { ...nothing, points: '45', latePenalty: '0', counted: '45', isDropped: false, version: 1 },
    ])
    assert.deepEqual(row?.current, { percent: '86', letter: 'B' })
    assert.deepEqual(row?.final, { percent: '86', letter: 'B' })
  })

  test('200 pages students by name, whatever its case and accents', async (t) => {
    const harness = await createHarness(t)
    const names = ['emil Zola', 'Ángela Ruiz', 'Bo Li', 'Émile Durkheim', 'Zoe Adams']
    const { owner, courseId } = await makeClass(harness, names)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Gradebook = await pageOf(owner, courseId, `?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      assert.ok(page.items.length <= 2)
      seen.push(...page.items.map(({ student }) => student.fullName))
      cursor = page.nextCursor
    } while (cursor)
    assert.deepEqual(seen, ['Ángela Ruiz', 'Bo Li', 'emil Zola', 'Émile Durkheim', 'Zoe Adams'])
  })

  test('200 leaves out who has withdrawn unless asked, keeps who has expired, and knows no removed item', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, students, exam } = await gradedClass(harness, ['Ada', 'Bob', 'Cy'])
    const [ada, bob] = students as [Learner, Learner]
    await bob.post(`/enrollments/${bob.enrollmentId}/withdraw`)
    const past = new Date(harness.clock.now().getTime() - 1000).toISOString()
    await harness.db.updateTable('enrollment').set({ expires_at: past }).where('id', '=', ada.enrollmentId).execute()
    const shown = async (query: string) =>
      (await pageOf(owner, courseId, query)).items.map(({ student, status }) => `${student.fullName} ${status}`)
    assert.deepEqual(await shown(''), ['Ada expired', 'Cy active'])
    assert.deepEqual(await shown('?withdrawn=true'), ['Ada expired', 'Bob withdrawn', 'Cy active'])
    await owner.delete(`/grade-items/${exam}`)
    const { items, gradeItems } = await pageOf(owner, courseId)
    assert.deepEqual([gradeItems.length, items[0]?.cells.length, items[0]?.current.percent], [2, 2, '80'])
  })

  test('reads a page with the same few statements, however many students it has', async (t) => {
    let statements = 0
    const harness = await createHarness(t, { observe: () => void statements++ })
    const { owner, courseId } = await gradedClass(harness, ['Ada', 'Bob', 'Cy', 'Dee'])
    const counts: number[] = []
    for (const limit of [1, 4]) {
      statements = 0
      await pageOf(owner, courseId, `?limit=${limit}`)
      counts.push(statements)
    }
    assert.equal(counts[0], counts[1])
    assert.ok((counts[0] ?? 99) <= 6, `${counts[0]} statements`)
  })

  test('400 for a cursor that is not ours, and for pages beyond 500 students', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await makeClass(harness)
    for (const query of ['?cursor=abc', '?limit=501', '?limit=0']) {
      assert.equal((await owner.get(`/courses/${courseId}/gradebook${query}`)).statusCode, 400, query)
    }
  })

  test('is for those who grade in the course: 401, 403, 404', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, student } = await makeClass(harness)
    const assistant = await addStaff(harness, owner, courseId, 'teaching-assistant')
    const draft = await makeCourse(owner, { isPublished: false })
    for (const path of ['gradebook', 'gradebook.csv']) {
      assert.equal((await harness.visitor.get(`/courses/${courseId}/${path}`)).statusCode, 401)
      assert.equal((await student.get(`/courses/${courseId}/${path}`)).statusCode, 403)
      assert.equal((await student.get(`/courses/${draft.courseId}/${path}`)).statusCode, 404)
      assert.equal((await owner.get(`/courses/${randomUUID()}/${path}`)).statusCode, 404)
      assert.equal((await assistant.get(`/courses/${courseId}/${path}`)).statusCode, 200)
    }
    assert.equal((await student.get(`/enrollments/${student.enrollmentId}/grades`)).statusCode, 403)
    assert.equal((await owner.get(`/enrollments/${student.enrollmentId}/grades`)).statusCode, 200)
  })
})

describe('GET /courses/:courseId/gradebook.csv', () => {
  test('200 equals the page cell by cell, over several pages of students', async (t) => {
    const harness = await createHarness(t)
    const names = Array.from({ length: 105 }, (_, index) => `Student ${index}`)
    const { owner, courseId, first, second } = await gradedClass(harness, ['Ada'])
    const students = await enrollMany(harness, courseId, names)
    for (const [index, student] of students.entries()) {
      if (index % 3 === 0) await first.record(student, `${index % 11}.${index % 7}`, '0.5')
      if (index % 20 === 1) await changeGrade(owner, student, second.itemId, { overridePoints: '9.25' })
      if (index % 20 === 2) await changeGrade(owner, student, second.itemId, { isExcused: true })
    }
    const page = await pageOf(owner, courseId, '?limit=500')
    const [head, ...lines] = await csvOf(owner, courseId, '?detail=true')
    assert.equal(lines.length, 106)
    assert.deepEqual(head?.slice(3, 7), [
      'Quiz (10)',
      'Quiz (10) earned',
      'Quiz (10) late penalty',
      'Quiz (10) override',
    ])
    for (const [index, row] of page.items.entries()) {
      const cells = row.cells.flatMap((cell) => [
        cell?.isExcused ? 'EX' : cell?.counted,
        cell?.points,
        cell?.latePenalty,
        cell?.overridePoints,
      ])
      const { student, status, current, final } = row
      const totals = [current.percent, current.letter, final.percent, final.letter]
      const wanted = [student.fullName, student.email, status, ...cells, ...totals].map((one) => one ?? '')
      assert.deepEqual(lines[index], wanted)
    }
    const [shortHead, ...short] = await csvOf(owner, courseId)
    assert.deepEqual(shortHead?.slice(3, 6), ['Quiz (10)', 'Quiz (10)', 'Exam (50)'])
    for (const [index, line] of short.entries()) {
      const long = lines[index] ?? []
      assert.deepEqual(line, [...long.slice(0, 3), long[3], long[7], long[11], ...long.slice(-4)])
    }
    assert.match(await harness.metrics.metrics(), /lms_gradebook_exports_total\{outcome="complete"\} 2/)
  })

  test('200 lets no name or title run as a formula in a spreadsheet', async (t) => {
    const harness = await createHarness(t)
    const names = ['=cmd|calc!A1', '+1', '@sum', '-2', 'Robert "Bob" Tables, Jr.']
    const { owner, courseId } = await makeClass(harness, names)
    await addItem(owner, courseId, { title: '=HYPERLINK("http://example.org")' })
    const [head, ...lines] = await csvOf(owner, courseId)
    assert.equal(head?.[3], `'=HYPERLINK("http://example.org") (10)`)
    const shown = lines.map(([name]) => name).sort()
    assert.deepEqual(shown, ["'+1", "'-2", "'=cmd|calc!A1", "'@sum", 'Robert "Bob" Tables, Jr.'])
  })
})

describe('GET /courses/:courseId/grades/me', () => {
  test('200 tells the student how his grade comes about', async (t) => {
    const harness = await createHarness(t)
    const { courseId, student } = await gradedClass(harness)
    const grades = await myGrades(student, courseId)
    assert.deepEqual(grades.current, { percent: '86', letter: 'B' })
    assert.deepEqual(
      grades.categories.map(({ title, weight, earned, possible, percent }) => [
        title,
        weight,
        earned,
        possible,
        percent,
      ]),
      [
        ['Homework', '40', '8', '10', '80'],
        ['Exams', '60', '45', '50', '90'],
      ],
    )
    assert.deepEqual(
      grades.items.map(({ state, points, latePenalty, counted, isDropped }) => [
        state,
        points,
        latePenalty,
        counted,
        isDropped,
      ]),
      [
        ['graded', '9', '1', '8', false],
        ['graded', '4', '0', '4', true],
        ['graded', '45', '0', '45', false],
      ],
    )
    assert.deepEqual(grades.steps, [
      'Each category counts by its weight; categories without a grade are left out. Items in no category with a weight do not count.',
      'Quiz: 8 of 10, that is 9 earned less 1 for being late.',
      'Quiz: 4 of 10; dropped as one of the lowest of its category.',
      'Exam: 45 of 50.',
      'Homework: 8 of 10, 80 %, with a weight of 40.',
      'Exams: 45 of 50, 90 %, with a weight of 60.',
      'Current total, of what is graded: (40 × 8/10 + 60 × 45/50) / 100 = 86 %, B, which begins at 80 %.',
      'Final total, where what is not graded counts as nothing earned: (40 × 8/10 + 60 × 45/50) / 100 = 86 %, B, which begins at 80 %.',
      'Totals are exact until they are rounded once, to two decimals, halves up.',
    ])
  })

  test('200 tells of what is missing, excused, overridden and extra, where points decide', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, student } = await makeClass(harness)
    const excused = await addItem(owner, courseId, { title: 'Essay' })
    const overridden = await addItem(owner, courseId, { title: 'Talk' })
    const extra = await addItem(owner, courseId, { title: 'Bonus', isExtraCredit: true })
    await addItem(owner, courseId, { title: 'Exam' })
    await changeGrade(owner, student, excused, { isExcused: true })
    await changeGrade(owner, student, overridden, { points: '2', overridePoints: '8' })
    await changeGrade(owner, student, extra, { points: '1' })
    const { current, final, steps } = await myGrades(student, courseId)
    assert.deepEqual(
      [current, final],
      [
        { percent: '90', letter: 'A' },
        { percent: '45', letter: 'F' },
      ],
    )
    assert.deepEqual(steps.slice(0, 5), [
      'The points of all items are added up.',
      'Essay: excused, it counts neither as earned nor as possible.',
      'Talk: 8 of 10, set by staff in place of 2 earned.',
      'Bonus: 1 extra credit.',
      'Exam: not graded yet, of 10.',
    ])
    assert.match(steps[5] ?? '', /^Current total, .*: 9 of 10 = 90 %, A, which begins at 90 %\.$/)
  })

  test('200 without what is not released, in items and totals; staff see all of it', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, student, exam } = await gradedClass(harness)
    await owner.patch(`/grade-items/${exam}`, { isReleased: false })
    const mine = await myGrades(student, courseId)
    assert.deepEqual([mine.items.length, mine.current.percent, mine.final.percent], [2, '80', '80'])
    assert.doesNotMatch(JSON.stringify(mine), new RegExp(`Exam:|${exam}`))
    const seen = (await owner.get(`/enrollments/${student.enrollmentId}/grades`)).json()
    assert.deepEqual([seen.items.length, seen.current.percent], [3, '86'])
    assert.equal((await pageOf(owner, courseId)).items[0]?.current.percent, '86')
  })

  test('200 to who has withdrawn, whose grades are kept and come back with him', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, student } = await gradedClass(harness)
    await student.post(`/enrollments/${student.enrollmentId}/withdraw`)
    assert.equal((await myGrades(student, courseId)).current.percent, '86')
    const again = await owner.post(`/courses/${courseId}/enrollments`, { userId: student.userId })
    assert.equal(again.statusCode, 200, again.body)
    assert.equal((await pageOf(owner, courseId)).items[0]?.current.percent, '86')
  })

  test('shows each student his own only: 401, 404 for who was never enrolled and for what he may not see', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, students } = await gradedClass(harness, ['Ada', 'Bob'])
    const [ada, bob] = students as [Learner, Learner]
    const his = await myGrades(bob, courseId)
    assert.deepEqual([his.enrollmentId, his.current.percent], [bob.enrollmentId, null])
    assert.equal((await bob.get(`/enrollments/${ada.enrollmentId}/grades`)).statusCode, 404)
    assert.equal((await harness.visitor.get(`/courses/${courseId}/grades/me`)).statusCode, 401)
    const none = await owner.get(`/courses/${courseId}/grades/me`)
    assert.equal(none.json().type, '/problems/gradebook/never-enrolled')
    const draft = await makeCourse(owner, { isPublished: false })
    assert.equal((await ada.get(`/courses/${draft.courseId}/grades/me`)).json().type, '/problems/courses/not-found')
  })
})

async function enrollMany({ db, clock }: Harness, courseId: string, names: readonly string[]) {
  const at = clock.now().toISOString()
  const people = names.map((name) => ({
    id: randomUUID(),
    email: `${name.replace(' ', '-').toLowerCase()}@example.org`,
    full_name: name,
    search_text: name.toLowerCase(),
    role: 'student' as const,
    status: 'active' as const,
    password_hash: null,
    email_verified_at: null,
    created_at: at,
    updated_at: at,
    last_login_at: null,
  }))
  await db.insertInto('user_account').values(people).execute()
  const enrollments = people.map(({ id }) => ({
    id: randomUUID(),
    course_id: courseId,
    user_id: id,
    status: 'active' as const,
    source: 'self' as const,
    enrolled_at: at,
    expires_at: null,
    ended_at: null,
  }))
  await db.insertInto('enrollment').values(enrollments).execute()
  return enrollments.map(({ id }) => ({ enrollmentId: id }))
}
