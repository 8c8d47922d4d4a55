/** What students write, by the stars they give. */
export const opinions: Readonly<Record<number, readonly string[]>> = {
  5: [
    'Clear, short lessons, and I could use what I learnt the same week.',
    'The best course I have taken here. Every example is one that I met at work.',
    'I was afraid of this subject for years. Not any more.',
    'درس رائع، والأمثلة قريبة من الحياة اليومية.',
    'とても分かりやすかったです。',
  ],
  4: [
    'Good pace and friendly tone. I would have liked more exercises.',
    'Learnt a lot. The second module is a little long.',
    'Does what it promises. The videos could have subtitles.',
  ],
  3: ['Solid, but I knew most of the first half already.', 'Useful, though some links lead nowhere by now.'],
  2: ['Too quick for beginners: the jump after the first module is large.', 'I expected more practice.'],
  1: ['Not what the summary says. I left after two lessons.'],
}

/** How often each number of stars is given to a course that most people like. */
export const starsLiked = [5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 2] as const
/** The same for one that divides them. */
export const starsMixed = [5, 4, 4, 4, 3, 3, 3, 2, 2, 1] as const
