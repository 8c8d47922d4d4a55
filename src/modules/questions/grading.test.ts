import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatDecimal, parseDecimal } from '#platform/decimal/decimal.ts'
import { contentFaults } from './content.ts'
import { answerFaults, gradeAnswer } from './grading.ts'
import type { QuestionContent } from './question-types/registry.ts'

const itemId = (letter: string) => letter.repeat(12)

function earned(content: QuestionContent, answer: unknown, possible = '10'): string | null {
  const { points } = gradeAnswer(content, answer, parseDecimal(possible))
  return points === null ? null : formatDecimal(points)
}

describe('multiple choice', () => {
  const content: QuestionContent = {
    type: 'multiple-choice',
    prompt: 'Which are prime?',
    options: [
      { id: itemId('a'), text: '2', isCorrect: true },
      { id: itemId('b'), text: '3', isCorrect: true },
      { id: itemId('c'), text: '4', isCorrect: false },
      { id: itemId('d'), text: '5', isCorrect: true },
      { id: itemId('e'), text: '6', isCorrect: false },
    ],
  }
  const choose = (letters: string) => ({ optionIds: [...letters].map(itemId) })

  test('right minus wrong over the number of right options, never below 0', () => {
    const rows = { abd: '10', ab: '6.6667', a: '3.3333', abc: '3.3333', abdc: '6.6667', ac: '0', ce: '0', '': '0' }
    for (const [letters, points] of Object.entries(rows))
      assert.equal(earned(content, choose(letters)), points, letters)
  })

  test('all or nothing where its author says so', () => {
    const strict = { ...content, scoring: 'all-or-nothing' as const }
    assert.deepEqual([earned(strict, choose('abd')), earned(strict, choose('ab'))], ['10', '0'])
  })

  test('an answer names options of this question, each once', () => {
    assert.deepEqual(answerFaults(content, { optionIds: [itemId('a'), itemId('f'), itemId('a')] }), [
      { pointer: '/optionIds/1', message: 'is no id of this question' },
      { pointer: '/optionIds/2', message: 'is there twice' },
    ])
    assert.deepEqual(answerFaults(content, { optionId: itemId('a') }), [
      { pointer: '/optionIds', message: 'is required' },
      { pointer: '/optionId', message: 'is not a known field; remove it' },
    ])
  })
})

describe('numeric', () => {
  const content = (value: string, kind: 'absolute' | 'relative', size: string): QuestionContent => ({
    type: 'numeric',
    prompt: 'How much?',
    value,
    tolerance: { kind, value: size },
  })

  test('the bounds of the tolerance count, exactly: 0.3 is within 0.1 of 0.2', () => {
    for (const value of ['0.3', '0.1', '1e-1', '0.30000000000000000000', '+0.3']) {
      assert.equal(earned(content('0.2', 'absolute', '0.1'), { value }), '10', value)
    }
    for (const value of ['0.30000000000000000001', '0.09999', '0', '-0.2']) {
      assert.equal(earned(content('0.2', 'absolute', '0.1'), { value }), '0', value)
    }
  })

  test('a relative tolerance is a share of the value, also of a negative one', () => {
    for (const [value, points] of [
      ['-95', '10'],
      ['-105', '10'],
      ['-94.999', '0'],
      ['100', '0'],
    ] as const) {
      assert.equal(earned(content('-100', 'relative', '0.05'), { value }), points, value)
    }
  })

  test('without a tolerance only the value itself is right, however it is written', () => {
    const exact: QuestionContent = { type: 'numeric', prompt: 'How much?', value: '1500' }
    assert.deepEqual(
      ['1500', '1.5e3', '1500.0', '1501'].map((value) => earned(exact, { value })),
      ['10', '10', '10', '0'],
    )
  })

  test('what is no number is refused, and a tolerance that could not work is told to its author', () => {
    for (const value of ['', '1,5', '1.', '.5', '0x10', 'NaN', '1e999', ' 1', '½', '9'.repeat(31)]) {
      assert.equal(answerFaults(content('1', 'absolute', '0'), { value })[0]?.pointer, '/value', value)
    }
    assert.equal(contentFaults(content('0.0', 'relative', '0.1'))[0]?.pointer, '/tolerance/kind')
    assert.equal(contentFaults(content('1', 'absolute', '-1'))[0]?.pointer, '/tolerance/value')
  })
})

describe('short answer', () => {
  const content = (accepted: string[], more: object = {}): QuestionContent => ({
    type: 'short-answer',
    prompt: 'Who?',
    accepted,
    ...more,
  })

  test('case, spaces, composition of characters, width and typographic quotes do not matter', () => {
    const rows: [string, string][] = [
      ['Goethe', '  gOETHE '],
      ['New York', 'new\u00a0  york'],
      ['Café', 'Cafe\u0301'],
      ['Straße', 'STRASSE'],
      ['Ὀδυσσεύς', 'ὈΔΥΣΣΕΎΣ'],
      ["L'Hospital", 'L’Hospital'],
      ['co-operate', 'co‑operate'],
      ['ABC', 'ＡＢＣ'],
      ['東京', '東京\u200b'],
    ]
    for (const [wanted, given] of rows) assert.equal(earned(content([wanted]), { text: given }), '10', given)
    assert.equal(earned(content(['Goethe']), { text: 'Göthe' }), '0')
    assert.equal(earned(content(['Goethe', 'Göthe']), { text: 'göthe' }), '10')
  })

  test('case matters where its author says so', () => {
    const strict = content(['pH'], { isCaseSensitive: true })
    assert.deepEqual([earned(strict, { text: ' pH' }), earned(strict, { text: 'PH' })], ['10', '0'])
  })

  test('a star stands for anything only where its author says so', () => {
    const wild = content(['*colo*r*'], { hasWildcards: true })
    const rows = { color: '10', 'The colour!': '10', colr: '0', colo: '0', cool: '0' }
    for (const [text, points] of Object.entries(rows)) assert.equal(earned(wild, { text }), points, text)
    assert.deepEqual(
      [earned(content(['a*b']), { text: 'axb' }), earned(content(['a*b']), { text: 'a*b' })],
      ['0', '10'],
    )
  })

  test('a pattern made to stall takes no time', () => {
    const wild = content([`${'a*'.repeat(99)}b`], { hasWildcards: true })
    const started = performance.now()
    assert.equal(earned(wild, { text: 'a'.repeat(500) }), '0')
    assert.ok(performance.now() - started < 1000)
  })
})

describe('matching', () => {
  const content: QuestionContent = {
    type: 'matching',
    prompt: 'Capitals',
    pairs: [
      { id: itemId('1'), premise: 'France', matchId: itemId('a'), match: 'Europe' },
      { id: itemId('2'), premise: 'Spain', matchId: itemId('b'), match: 'Europe' },
      { id: itemId('3'), premise: 'Japan', matchId: itemId('c'), match: 'Asia' },
    ],
    distractors: [{ id: itemId('d'), text: 'Africa' }],
  }
  const pair = (...pairs: string[]) => ({
    pairs: pairs.map(([premise = '', match = '']) => ({ premiseId: itemId(premise), matchId: itemId(match) })),
  })

  test('an equal share for each right pair; one match may belong to several premises', () => {
    assert.equal(earned(content, pair('1a', '2a', '3c')), '10')
    assert.equal(earned(content, pair('1b', '2a')), '6.6667')
    assert.equal(earned(content, pair('1d', '2c', '3c')), '3.3333')
    assert.equal(earned(content, pair()), '0')
  })

  test('an answer names each premise once, and a match of this question', () => {
    assert.deepEqual(answerFaults(content, pair('1a', '1b', '2x')), [
      { pointer: '/pairs/2/matchId', message: 'must match pattern "^[0-9a-f]{12}$"' },
    ])
    assert.deepEqual(answerFaults(content, pair('1a', '1b', '2f')), [
      { pointer: '/pairs/1/premiseId', message: 'is there twice' },
      { pointer: '/pairs/2/matchId', message: 'is no id of this question' },
    ])
  })
})

describe('ordering', () => {
  const content: QuestionContent = {
    type: 'ordering',
    prompt: 'Sort.',
    items: [...'abcd'].map((letter) => ({ id: itemId(letter), text: letter })),
  }
  const order = (letters: string) => ({ itemIds: [...letters].map(itemId) })

  test('an equal share for each item in its place', () => {
    const rows = { abcd: '10', abdc: '5', bcda: '0', acbd: '5' }
    for (const [letters, points] of Object.entries(rows)) assert.equal(earned(content, order(letters)), points, letters)
    assert.equal(earned({ ...content, scoring: 'all-or-nothing' }, order('abdc')), '0')
  })

  test('an answer has every item once', () => {
    assert.deepEqual(answerFaults(content, order('abc')), [
      { pointer: '/itemIds', message: 'must have each of the 4 items once' },
    ])
  })
})

describe('essay', () => {
  const content: QuestionContent = { type: 'essay', prompt: 'Why?', maxCharacters: 5 }

  test('waits for a person, unless nothing was written', () => {
    assert.deepEqual(
      [earned(content, { text: 'Ice' }), earned(content, { text: ' \n' }), earned(content, null)],
      [null, '0', '0'],
    )
  })

  test('its length is counted in characters as people see code points', () => {
    assert.deepEqual(answerFaults(content, { text: '😀😀😀😀😀' }), [])
    assert.equal(answerFaults(content, { text: 'abcdef' })[0]?.message, 'must have at most 5 characters')
  })
})

describe('contents', () => {
  const faultsOf = (content: object) => contentFaults({ prompt: 'x', ...content }).map(({ pointer }) => pointer)

  test('each fault is told with its place', () => {
    const option = (text: string, isCorrect: boolean) => ({ text, isCorrect })
    assert.deepEqual(faultsOf({ type: 'poll' }), ['/type'])
    assert.deepEqual(faultsOf({ type: 'single-choice', options: [option('a', true), option('a ', true)] }), [
      '/options/1/text',
      '/options',
    ])
    assert.deepEqual(faultsOf({ type: 'multiple-choice', options: [option('a', false), option('b', false)] }), [
      '/options',
    ])
    assert.deepEqual(faultsOf({ type: 'short-answer', accepted: ['a', 'A '] }), ['/accepted/1'])
    assert.deepEqual(faultsOf({ type: 'short-answer', accepted: ['*'], hasWildcards: true }), ['/accepted/0'])
    const pairs = [
      { premise: 'a', match: 'x' },
      { premise: 'b', match: 'y' },
    ]
    assert.deepEqual(faultsOf({ type: 'matching', pairs, distractors: [{ text: 'x' }] }), ['/distractors/0/text'])
    assert.deepEqual(faultsOf({ type: 'ordering', items: [{ text: 'a' }, { text: 'a' }] }), ['/items/1/text'])
    assert.deepEqual(contentFaults(null).length, 1)
  })
})
