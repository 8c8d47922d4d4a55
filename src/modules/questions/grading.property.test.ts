import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { anyContent, contentArbitraries } from '#support/questions.ts'
import { nastyValue } from '../../../tests/property/schema-arbitrary.ts'
import { drawQuestions } from './drawing.ts'
import { answerFaults, gradeAnswer } from './grading.ts'
import type { QuestionContent } from './question-types/registry.ts'
import { forReview, forStudent } from './showing.ts'

const points = fc.integer({ min: 0, max: 10_000_000 })
const automatic = anyContent.filter(({ type }) => type !== 'essay')

/** The answer that says what the solution says. */
function rightAnswer(content: QuestionContent): unknown {
  const { solution } = forReview({ questionId: 'q', content }, null)
  switch (content.type) {
    case 'single-choice':
      return { optionId: solution.optionIds?.[0] }
    case 'short-answer':
      return { text: solution.accepted?.[0] }
    case 'numeric':
      return { value: solution.value }
    default:
      return solution
  }
}

/** Answers to this content: right, wrong and half right ones. */
function answersTo(content: QuestionContent): fc.Arbitrary<unknown> {
  switch (content.type) {
    case 'single-choice':
      return fc.constantFrom(...content.options).map(({ id }) => ({ optionId: id }))
    case 'multiple-choice':
      return fc.subarray([...content.options]).map((chosen) => ({ optionIds: chosen.map(({ id }) => id) }))
    case 'matching': {
      const ids = [...content.pairs.map(({ matchId }) => matchId), ...(content.distractors ?? []).map(({ id }) => id)]
      return fc
        .array(fc.constantFrom(...ids), { minLength: content.pairs.length, maxLength: content.pairs.length })
        .map((chosen) => ({ pairs: content.pairs.map(({ id }, at) => ({ premiseId: id, matchId: chosen[at] })) }))
    }
    case 'ordering':
      return fc
        .shuffledSubarray([...content.items], { minLength: content.items.length })
        .map((items) => ({ itemIds: items.map(({ id }) => id) }))
    case 'true-false':
      return fc.boolean().map((value) => ({ value }))
    case 'numeric':
      return fc.constantFrom(content.value, '0', '1e9').map((value) => ({ value }))
    default:
      return fc.string().map((text) => ({ text }))
  }
}

const answered = automatic.chain((content) => fc.tuple(fc.constant(content), answersTo(content), points))

describe('grading', () => {
  test('a fully right answer earns exactly the points possible, whatever they are', () => {
    fc.assert(
      fc.property(automatic, points, (content, possible) => {
        const answer = rightAnswer(content)
        assert.deepEqual(answerFaults(content, answer), [])
        const { points: earned, isCorrect } = gradeAnswer(content, answer, possible)
        assert.deepEqual([earned, isCorrect], [possible, true])
      }),
      { numRuns: 500 },
    )
  })

  test('points are whole ten-thousandths from 0 to the points possible, and all of them only for what is right', () => {
    fc.assert(
      fc.property(answered, ([content, answer, possible]) => {
        assert.deepEqual(answerFaults(content, answer), [])
        const { points: earned, isCorrect, parts } = gradeAnswer(content, answer, possible)
        assert.ok(Number.isInteger(earned) && earned !== null && earned >= 0 && earned <= possible)
        if (isCorrect) assert.equal(earned, possible)
        // A rounded share could reach very few points otherwise.
        else if (possible >= 10) assert.ok(earned < possible)
        if (isCorrect) assert.ok(parts.every((part) => part.isCorrect))
      }),
      { numRuns: 1000 },
    )
  })

  test('grading again gives the same', () => {
    fc.assert(
      fc.property(answered, ([content, answer, possible]) => {
        const first = gradeAnswer(content, answer, possible)
        assert.deepEqual(gradeAnswer(structuredClone(content), structuredClone(answer), possible), first)
      }),
    )
  })

  test('the order of options, of choices and of pairs does not change the points', () => {
    const { 'single-choice': single, 'multiple-choice': multiple, matching } = contentArbitraries
    const permuted = fc
      .oneof(single, multiple, matching)
      .chain((content) => fc.tuple(fc.constant(content), answersTo(content), permutationOf(content)))
    fc.assert(
      fc.property(permuted, points, ([content, answer, other], possible) => {
        const turned = Object.fromEntries(
          Object.entries(answer as object).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.toReversed() : value,
          ]),
        )
        const expected = gradeAnswer(content, answer, possible)
        for (const [one, given] of [
          [other, answer],
          [content, turned],
          [other, turned],
        ] as const) {
          const { points: earned, isCorrect } = gradeAnswer(one, given, possible)
          assert.deepEqual([earned, isCorrect], [expected.points, expected.isCorrect])
        }
      }),
      { numRuns: 500 },
    )
  })

  test('one right choice more never earns less, and one wrong choice more never earns more', () => {
    const graded = contentArbitraries['multiple-choice'].chain((content) =>
      fc.tuple(fc.constant(content), fc.subarray(content.options), fc.constantFrom(...content.options)),
    )
    fc.assert(
      fc.property(graded, points, ([content, chosen, extra], possible) => {
        const without = chosen.filter(({ id }) => id !== extra.id).map(({ id }) => id)
        const less = gradeAnswer(content, { optionIds: without }, possible).points ?? 0
        const more = gradeAnswer(content, { optionIds: [...without, extra.id] }, possible).points ?? 0
        assert.ok(extra.isCorrect ? more >= less : more <= less)
      }),
    )
  })

  test('whatever is sent is refused in words or graded, and never throws', () => {
    fc.assert(
      fc.property(anyContent, nastyValue, points, (content, answer, possible) => {
        for (const fault of answerFaults(content, answer)) assert.ok(fault.message.length > 0)
        const { points: earned } = gradeAnswer(content, answer, possible)
        assert.ok(earned === null ? content.type === 'essay' : earned >= 0 && earned <= possible)
        forReview({ questionId: 'q', content }, answer)
      }),
      { numRuns: 2000 },
    )
  })

  test('whatever the answer, ids of another version neither throw nor earn', () => {
    const crossed = fc
      .constantFrom(...(Object.keys(contentArbitraries) as (keyof typeof contentArbitraries)[]))
      .chain((type) => {
        const content = contentArbitraries[type] as fc.Arbitrary<QuestionContent>
        return content.chain((other) => fc.tuple(content, answersTo(other)))
      })
    fc.assert(
      fc.property(crossed, points, ([content, answer], possible) => {
        const { points: earned } = gradeAnswer(content, answer, possible)
        assert.ok(earned === null || (earned >= 0 && earned <= possible))
      }),
      { numRuns: 500 },
    )
  })
})

describe('what a student sees', () => {
  test('the same for the same seed, and nothing in it tells the key', () => {
    fc.assert(
      fc.property(anyContent, fc.string(), (content, seed) => {
        const version = { questionId: 'q', content }
        const shown = forStudent(version, seed)
        assert.deepEqual(forStudent(structuredClone(version), seed), shown)
        assert.doesNotMatch(JSON.stringify(Object.keys(shown)), /orrect|olution|accepted|value|gradingNotes|xplanation/)
        for (const list of [shown.options, shown.premises, shown.matches, shown.items]) {
          for (const one of list ?? []) assert.deepEqual(Object.keys(one).sort(), ['id', 'text'])
        }
      }),
    )
  })

  test('the order in which an author wrote the right sequence is no likelier than any other', () => {
    const items = ['a', 'b', 'c'].map((text) => ({ id: text.repeat(12), text }))
    const version = { questionId: 'q', content: { type: 'ordering', prompt: 'Sort.', items } as const }
    const counts = new Map<string, number>()
    for (let attempt = 0; attempt < 3000; attempt++) {
      const order =
        forStudent(version, `attempt ${attempt}`)
          .items?.map(({ text }) => text)
          .join('') ?? ''
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    assert.equal(counts.size, 6)
    for (const [order, count] of counts) assert.ok(Math.abs(count - 500) < 110, `${order}: ${count}`)
  })

  test('two questions of one attempt are shuffled differently', () => {
    const items = Array.from({ length: 20 }, (_, index) => ({ id: `${index}`.padStart(12, '0'), text: `${index}` }))
    const content = { type: 'ordering', prompt: 'Sort.', items } as const
    assert.notDeepEqual(forStudent({ questionId: 'a', content }, 's'), forStudent({ questionId: 'b', content }, 's'))
  })
})

describe('drawing', () => {
  const ids = fc.uniqueArray(fc.uuid(), { maxLength: 30 })

  test('draws different questions of the bank, as many as asked for or as there are, and the same for the same seed', () => {
    fc.assert(
      fc.property(ids, fc.nat(35), fc.string(), (bank, count, seed) => {
        const drawn = drawQuestions(bank, count, seed)
        assert.equal(drawn.length, Math.min(count, bank.length))
        assert.equal(new Set(drawn).size, drawn.length)
        assert.ok(drawn.every((one) => bank.includes(one)))
        assert.deepEqual(drawQuestions(bank.toReversed(), count, seed), drawn)
      }),
    )
  })

  test('the same seed draws the same in every process and release', () => {
    assert.deepEqual(drawQuestions(['q1', 'q2', 'q3', 'q4', 'q5'], 3, 'attempt 1'), ['q1', 'q3', 'q5'])
  })
})

function permutationOf(content: QuestionContent): fc.Arbitrary<QuestionContent> {
  const list = content.type === 'matching' ? 'pairs' : 'options'
  const items = (content as unknown as Record<string, unknown[]>)[list] ?? []
  return fc
    .shuffledSubarray(items, { minLength: items.length })
    .map((turned) => ({ ...content, [list]: turned }) as QuestionContent)
}
