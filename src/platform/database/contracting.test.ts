import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contractingStatements } from './contracting.ts'

const contracting: readonly (readonly [statement: string, why: RegExp])[] = [
  ['drop table course', /still relies/],
  ['ALTER TABLE course DROP COLUMN title', /still relies/],
  ['alter table course rename column title to name', /old name/],
  ['alter table course rename to lecture', /old name/],
  ['alter table course alter column title set not null', /write nothing/],
  ['alter table course alter column title drop default', /without a value/],
  ['alter table course alter column title type varchar(20)', /rewrites/],
  ['alter table course add column room text not null', /give it a default/],
  ['alter table course add constraint course_title_key unique (title)', /forbids/],
  ['alter table course add check (title <> 1)', /forbids/],
  ['create unique index course_title on course (title)', /forbids/],
  ['truncate course', /reads these rows/],
  ["delete from course where title = ''", /reads these rows/],
  ['alter table course disable row level security', /person look/],
]

for (const [statement, why] of contracting)
  test(`contracts: ${statement}`, () => {
    const found = contractingStatements([statement])
    assert.equal(found.length, 1)
    assert.match(found[0]?.why ?? '', why)
  })

const expanding: readonly (readonly string[])[] = [
  ['create table room (id text primary key, name text not null)', 'create unique index room_name on room (name)'],
  ['create table room (id text)', 'alter table room add constraint room_id_key unique (id)'],
  ['create table room (id text)', 'delete from room'],
  ['alter table course add column room text'],
  ["alter table course add column room text not null default ''"],
  ['alter table course add column room text default 1 not null'],
  ['create index course_title on course (title)'],
  ['alter table course alter column title drop not null'],
  ["update course set title = 'drop table course' where title = ''"],
  ['create function f() returns trigger as $$ begin delete from course; end $$ language plpgsql'],
]

for (const statements of expanding)
  test(`only expands: ${statements.join('; ')}`, () => assert.deepEqual(contractingStatements(statements), []))
