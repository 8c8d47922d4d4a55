import { assignment, type CoursePlan, link, page, quiz, video } from './lesson-plan.ts'

export const generalCourses: readonly CoursePlan[] = [
  {
    slug: 'calculus-one',
    title: 'Calculus I',
    summary: 'Limits, derivatives and what they are good for; one chapter a week.',
    description: 'A new chapter opens every week after you enroll. The last one opens for everybody on the same day.',
    category: 'mathematics',
    difficulty: 'intermediate',
    status: 'published',
    appeal: 6,
    modules: [
      {
        title: 'Limits',
        lessons: [
          video('Getting close', 'calculus/limits', 21, { isPreview: true }),
          page(
            'The idea of a limit',
            'We say that $f(x)$ tends to $L$ when we can make $f(x)$ **as close as anybody demands** to $L$ by taking $x$ close enough to $a$.',
          ),
          quiz('Problem set 1'),
        ],
      },
      {
        title: 'Derivatives',
        lessons: [
          video('The slope of a curve', 'calculus/slope', 24, { releaseAfterDays: 7 }),
          page('Rules of differentiation', 'Sum, product, quotient, chain: four rules carry you a long way.', {
            releaseAfterDays: 7,
          }),
          quiz('Problem set 2', { releaseAfterDays: 7, after: 'Rules of differentiation' }),
        ],
      },
      {
        title: 'Looking back, looking ahead',
        lessons: [
          page('Where functions turn', 'At a maximum the slope is zero. The converse is false: draw $x^3$.', {
            releaseAfterDays: 14,
          }),
          assignment('Written exam', { releaseInDays: -14 }),
          video('A glimpse of integrals', 'calculus/integrals', 13, { releaseInDays: 21, isOptional: true }),
        ],
      },
    ],
  },
  {
    slug: 'academic-writing-workshop',
    title: 'Academic Writing Workshop',
    summary: 'Twenty-four seats, because every text gets a reader.',
    description: 'You write, we read. Bring a text that you have to hand in this term.',
    category: 'languages',
    difficulty: 'advanced',
    status: 'published',
    capacity: 24,
    appeal: 5,
    modules: [
      {
        title: 'One page',
        lessons: [
          page(
            'One sentence, one thought',
            'Underline the thought in each of your sentences. Two underlines: two sentences. None: strike it out.',
            { isPreview: true },
          ),
          assignment('Hand in one page'),
          page(
            'How to read a review of your text',
            'Thank, wait a day, then answer every remark with a change or a reason.',
          ),
        ],
      },
      {
        title: 'The whole text',
        lessons: [
          video('Structure on one wall', 'writing/structure', 17),
          link('A checklist for the last read', 'https://example.org/last-read'),
          assignment('Hand in the whole text', { after: 'Structure on one wall' }),
        ],
      },
    ],
  },
  {
    slug: 'japanese-for-travellers',
    title: 'Japanese for Travellers — 旅行の日本語',
    summary: 'こんにちは！ Enough Japanese for two weeks between Sapporo and Kagoshima.',
    description: 'Ten short videos, spoken slowly. No grammar tables, many repetitions.',
    category: 'languages',
    difficulty: 'beginner',
    status: 'published',
    appeal: 7,
    modules: [
      {
        title: 'はじめまして — Meeting people',
        lessons: [
          video('Greetings', 'japanese/greetings', 6, { isPreview: true }),
          video('My name is …', 'japanese/names', 7),
          page('Bowing, briefly', '**お辞儀** (*ojigi*): from the hip, hands at your sides, and not while you speak.'),
          quiz('Who says what?'),
        ],
      },
      {
        title: '駅で — At the station',
        lessons: [
          video('Numbers and prices', 'japanese/numbers', 8),
          video('Asking the way', 'japanese/way', 9),
          page('Signs to know', '- 入口 entrance\n- 出口 exit\n- 乗り換え change trains'),
          quiz('Which platform?'),
        ],
      },
    ],
  },
  {
    slug: 'history-of-maps',
    title: 'A History of Maps',
    summary: 'From clay tablets to satellites. Archived: the successor starts next year.',
    description: 'Whoever is enrolled keeps reading it.',
    category: 'humanities',
    difficulty: 'beginner',
    status: 'archived',
    appeal: 4,
    modules: [
      {
        title: 'Drawing the world',
        lessons: [
          page(
            'The oldest maps',
            'A clay tablet of the sixth century BC shows the world as a disc in a bitter river.',
            {
              isPreview: true,
            },
          ),
          video('Mercator and his price', 'maps/mercator', 19),
          page(
            'What maps leave out',
            'A map of everything would be as large as the land. What is left out is a decision.',
          ),
          assignment('Draw the way to your school from memory'),
        ],
      },
    ],
  },
]
