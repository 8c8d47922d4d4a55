import type { QuestionContent } from '#modules/questions/index.ts'

const choice = (prompt: string, right: string, ...wrong: string[]): QuestionContent => ({
  type: 'single-choice',
  prompt,
  options: [{ text: right, isCorrect: true }, ...wrong.map((text) => ({ text, isCorrect: false }))],
})
const statement = (prompt: string, correct: boolean): QuestionContent => ({ type: 'true-false', prompt, correct })
const number = (prompt: string, value: string): QuestionContent => ({ type: 'numeric', prompt, value })

/** What the quizzes of the demo ask, by the title of their lesson; two points each. */
export const quizQuestions: Readonly<Record<string, readonly QuestionContent[]>> = {
  'Check: names and values': [
    choice('What does `=` do in Python?', 'It gives a value a name.', 'It compares two values.', 'It ends a line.'),
    number('What is the value of `7 // 2`?', '3'),
    statement('A name can stand for a text now and for a number later.', true),
    statement('`Total` and `total` are the same name.', false),
  ],
  'Final check': [
    choice('What does a function without `return` return?', '`None`', '`0`', 'An empty text'),
    number('How often does `for i in range(3, 10)` go round?', '7'),
    statement('A parameter is a name that a function gives to a value it receives.', true),
    statement('A `while` loop always ends.', false),
  ],
  'Check: tables': [
    choice('What is one row of a tidy table?', 'One observation', 'One variable', 'One file'),
    number('How many rows does a table of 12 rows have after `df.head(5)`?', '5'),
    statement('The mean of a column changes when one extreme value is added.', true),
    statement('Missing values count as zero when pandas takes a mean.', false),
  ],
  'Check: models': [
    choice(
      'What tells that a model has learnt by heart?',
      'It is good on training data alone.',
      'It is slow.',
      'It is linear.',
    ),
    statement('Test data may be used to choose a model.', false),
    number('A classifier finds 8 of 10 ill people. What is its recall, in per cent?', '80'),
  ],
  'Test: everyday security': [
    choice(
      'A colleague asks for your password by mail. What do you do?',
      'Report it and tell nobody.',
      'Send it by phone.',
      'Send half of it.',
    ),
    choice('What makes a password strong?', 'Its length', 'A capital letter', 'A new one every month'),
    statement('A second factor protects an account whose password was stolen.', true),
    statement('A site with a padlock can be trusted with anything.', false),
    statement('Updates may wait until the end of the year.', false),
  ],
  'Problem set 1': [
    number('What is the limit of $(x^2 - 1)/(x - 1)$ as $x$ tends to 1?', '2'),
    statement('A function has a limit at a point only if it is defined there.', false),
    choice(
      'What does continuity at $a$ mean?',
      'The limit at $a$ is the value at $a$.',
      'There is a value at $a$.',
      'The graph is straight at $a$.',
    ),
    number('What is the limit of $\\sin(x)/x$ as $x$ tends to 0?', '1'),
  ],
  'Problem set 2': [
    number('What is the derivative of $x^3$ at $x = 2$?', '12'),
    choice('What is the derivative of $\\sin x$?', '$\\cos x$', '$-\\cos x$', '$-\\sin x$'),
    statement('The derivative of a product is the product of the derivatives.', false),
    number('What is the slope of $5x - 3$?', '5'),
  ],
  'Who says what?': [
    choice('How do you greet somebody in the morning?', 'おはようございます', 'こんばんは', 'さようなら'),
    choice('What does 「すみません」 mean?', 'Excuse me', 'Good night', 'Cheers'),
    statement('「ありがとう」 means “thank you”.', true),
  ],
  'Which platform?': [
    choice('What does 「出口」 mean?', 'Exit', 'Entrance', 'Platform'),
    number('Which number is 「三番線」?', '3'),
    statement('「次の電車」 is the train that has just left.', false),
  ],
}

/** What assignments ask for, by the title of their lesson. */
export const assignmentInstructions: Readonly<Record<string, string>> = {
  'A guessing game':
    'Write a program that thinks of a number from 1 to 100 and lets me guess it. Paste its **whole text**.',
  'Answer your question with one chart': 'Describe **one** chart that answers your question, and what it leaves out.',
  'Written exam': 'Solve the four problems. Show how you came to each result.',
  'Hand in one page': 'One page of your text, as you would show it to a reader you respect.',
  'Hand in the whole text': 'The whole text, with the comments of your readers worked in.',
  'Draw the way to your school from memory': 'Draw it, then write **what you left out** and why.',
}

export const submissionTexts: readonly string[] = [
  'I began with the simplest version that works and improved it twice; the reasons are in the comments.',
  'Here is my attempt. The second part took me longest, and I am not sure about the last step.',
  'I asked a friend to read it first. What she did not understand I wrote again.',
  'My result and the way to it, with the two dead ends that taught me most.',
]

export const feedbackTexts: readonly string[] = [
  'Clear and complete. Have another look at the last paragraph.',
  'A good idea, carried through. The beginning could be shorter.',
  'You show how you came to it, which is what I wanted to see.',
  'Most of it is right; see my remark on the second part.',
]

export const failedFeedback = 'Half of it is missing. Try again with the lesson before beside you: you are close.'
