import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whatContracts } from '#support/expand-only.ts'
import { migrations } from './index.ts'

test('every migration leaves the release before working, or says that it is for a later release', () => {
  const found = (['sqlite', 'postgres'] as const).flatMap((dialect) =>
    migrations.filter(({ contracts }) => contracts === undefined).flatMap((one) => whatContracts(one, dialect)),
  )
  assert.deepEqual(
    found,
    [],
    'A deploy migrates while the release before serves, and --rollback goes back to it. Only expand; what removes or ' +
      'narrows something goes into a later release, in a migration whose `contracts` says why nobody needs it any more.',
  )
})

const contracting = [
  'drop table course',
  'ALTER TABLE course DROP COLUMN title',
  'alter table course rename column title to name',
  'alter table course rename to lecture',
  'alter table course alter column title set not null',
  'alter table course alter column title drop default',
  'alter table course alter column title type varchar(20)',
  'alter table course add column room text not null',
  'alter table course add constraint course_title_key unique (title)',
  'create unique index course_title on course (title)',
  `truncate course`,
  "delete from course where title = ''",
]

for (const statement of contracting)
  test(`refused: ${statement}`, () => {
    const found = whatContracts({ name: '9999-planted', statements: () => [statement] }, 'postgres')
    assert.equal(found.length, 1, found.join('\n'))
    assert.match(found[0] ?? '', /^9999-planted: “.*”: (the release before|it rewrites)/)
  })

const expanding = [
  ['create table room (id text primary key, name text not null)', 'create unique index room_name on room (name)'],
  ['create table room (id text)', 'alter table room add constraint room_id_key unique (id)'],
  ['alter table course add column room text'],
  ["alter table course add column room text not null default ''"],
  ['create index course_title on course (title)'],
  ['alter table course alter column title drop not null'],
  ["update course set title = 'drop table course' where title = ''"],
]

for (const statements of expanding)
  test(`allowed: ${statements.join('; ')}`, () => {
    assert.deepEqual(whatContracts({ name: '9999-planted', statements: () => statements }, 'postgres'), [])
  })
