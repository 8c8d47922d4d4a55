import { rentsTable } from './files.ts'
import { assignment, type CoursePlan, file, link, page, quiz, video } from './lesson-plan.ts'

export const computingCourses: readonly CoursePlan[] = [
  {
    slug: 'python-from-scratch',
    title: 'Python from Scratch',
    summary: 'Write your first programs, and understand every line of them.',
    description: `You need no experience, only a computer and two evenings a week.

## What you will be able to do

- read and write small programs
- work with text, numbers and lists
- find your own mistakes`,
    category: 'computing',
    difficulty: 'beginner',
    status: 'published',
    appeal: 10,
    modules: [
      {
        title: 'First steps',
        lessons: [
          page(
            'What a program is',
            'A program is a text that a machine follows **to the letter**. It does what you wrote, not what you meant, and most of programming is learning to see the difference.\n\n> Try to write down how you make tea, for somebody who has never seen a kettle.',
            { isPreview: true },
          ),
          video('Install Python and say hello', 'python/hello', 9, { isPreview: true }),
          page(
            'Names and values',
            'A name points to a value:\n\n```python\nprice = 12\ncount = 3\nprint(price * count)\n```\n\nThe sign `=` reads *from now on means*. Change `count` and run it again.',
          ),
          link('The official tutorial, chapters 1 to 3', 'https://docs.python.org/3/tutorial/', { isOptional: true }),
          quiz('Check: names and values'),
        ],
      },
      {
        title: 'Decisions and repetition',
        lessons: [
          video('If, else and what is true', 'python/decisions', 14),
          page(
            'Loops',
            '`for` goes through a list, `while` goes on until a condition fails.\n\n```python\nfor name in ["Ada", "Grace", "Margaret"]:\n    print("Hello,", name)\n```',
          ),
          page(
            'Reading an error message',
            'Read it from the **last** line upwards: what went wrong, then where. Nine in ten mistakes of beginners are a missing colon, a wrong indentation or a misspelt name.',
          ),
          assignment('A guessing game', { after: 'Loops' }),
        ],
      },
      {
        title: 'Functions',
        lessons: [
          video('Why functions exist', 'python/functions', 11),
          page(
            'Parameters and results',
            'A function takes values and gives one back:\n\n```python\ndef area(width, height):\n    return width * height\n```\n\nA good name makes a comment unnecessary.',
          ),
          quiz('Final check', { after: 'Parameters and results' }),
        ],
      },
    ],
  },
  {
    slug: 'data-analysis-with-python',
    title: 'Data Analysis with Python',
    summary: 'From a messy table to a chart that answers a question.',
    description: 'Builds on *Python from Scratch*. We work with public data of three cities.',
    category: 'computing',
    difficulty: 'intermediate',
    status: 'published',
    prerequisite: 'python-from-scratch',
    appeal: 8,
    modules: [
      {
        title: 'Tables',
        lessons: [
          page(
            'A question comes first',
            'Before you open the file, write down **one** question that it could answer, and what answer would surprise you.',
            { isPreview: true },
          ),
          file('The rents of three cities', rentsTable),
          video('Reading and cleaning a table', 'data/cleaning', 18),
          page('Missing values', 'A gap is information too. Ask *why* it is there before you fill it.'),
          quiz('Check: tables'),
        ],
      },
      {
        title: 'Charts',
        lessons: [
          video('Five charts are enough', 'data/charts', 16),
          link('Gallery of bad charts', 'https://example.org/bad-charts', { isOptional: true }),
          assignment('Answer your question with one chart', { after: 'Five charts are enough' }),
        ],
      },
    ],
  },
  {
    slug: 'machine-learning-foundations',
    title: 'Machine Learning Foundations',
    summary: 'In the making: opens next term.',
    description: 'Draft. Regression, trees, and how to notice that a model has learnt the wrong thing.',
    category: 'computing',
    difficulty: 'advanced',
    status: 'draft',
    prerequisite: 'data-analysis-with-python',
    appeal: 0,
    modules: [
      {
        title: 'Learning from examples',
        lessons: [
          page('What a model is', 'A model is a guess with numbers in it.', { status: 'draft' }),
          video('Fitting a line', 'ml/line', 15, { status: 'draft' }),
          quiz('Check: models', { status: 'draft' }),
        ],
      },
    ],
  },
  {
    slug: 'information-security-basics',
    title: 'Information Security Basics',
    summary: 'The yearly training for everybody who has an account here.',
    description: 'Takes an hour. You have 60 days from the day you were enrolled.',
    category: 'compliance',
    difficulty: 'beginner',
    status: 'published',
    enrollmentDays: 60,
    byStaffOnly: true,
    appeal: 9,
    modules: [
      {
        title: 'Everyday security',
        lessons: [
          video('Passwords, and why length beats rules', 'security/passwords', 7),
          page(
            'Mails that want something',
            'Three signs: it is urgent, it is secret, it wants you to click. Ask a colleague before you do, *especially* when it seems to come from the head of the house.',
          ),
          page('Locking the screen', 'Leave your desk, lock your screen. It takes one second.'),
          quiz('Test: everyday security'),
        ],
      },
    ],
  },
]
