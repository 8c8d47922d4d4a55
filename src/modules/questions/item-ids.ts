import { randomBytes } from 'node:crypto'
import type { FieldError } from '#platform/http/problems.ts'
import type { QuestionContent } from './question-types/registry.ts'

type Identified = Record<string, unknown>

/** Where a content has ids, by the name of its list. */
const idFields: Readonly<Record<string, readonly string[]>> = {
  options: ['id'],
  pairs: ['id', 'matchId'],
  distractors: ['id'],
  items: ['id'],
}

/** The content with an id for everything that has none. Random, so that ids tell students nothing about the key. */
export function withItemIds(content: QuestionContent): QuestionContent {
  return mapItems(content, (item, fields) => ({
    ...item,
    ...Object.fromEntries(fields.map((field) => [field, item[field] ?? randomBytes(6).toString('hex')])),
  }))
}

/** The content without ids: all will be new. */
export function withoutItemIds(content: QuestionContent): QuestionContent {
  return mapItems(content, (item, fields) =>
    Object.fromEntries(Object.entries(item).filter(([name]) => !fields.includes(name))),
  )
}

/** Ids that the version before does not have, and those that come twice; pointers begin at the content. */
export function itemIdFaults(content: QuestionContent, before: QuestionContent | undefined): FieldError[] {
  const known = new Set(before ? idsOf(before).map(({ id }) => id) : [])
  const seen = new Set<string>()
  return idsOf(content).flatMap(({ id, pointer }) => {
    const isDouble = seen.has(id)
    seen.add(id)
    if (!known.has(id)) return [{ pointer, message: 'is no id of the present version; leave it out for what is new' }]
    return isDouble ? [{ pointer, message: 'is there twice' }] : []
  })
}

function idsOf(content: QuestionContent): { id: string; pointer: string }[] {
  return listsOf(content).flatMap(([name, items, fields]) =>
    items.flatMap((item, index) =>
      fields.flatMap((field) => {
        const id = item[field]
        return typeof id === 'string' ? [{ id, pointer: `/${name}/${index}/${field}` }] : []
      }),
    ),
  )
}

function mapItems(content: QuestionContent, change: (item: Identified, fields: readonly string[]) => Identified) {
  const changed = listsOf(content).map(([name, items, fields]) => [name, items.map((item) => change(item, fields))])
  return { ...content, ...Object.fromEntries(changed) } as QuestionContent
}

function listsOf(content: QuestionContent): [string, readonly Identified[], readonly string[]][] {
  return Object.entries(idFields).flatMap(([name, fields]) => {
    const items = (content as unknown as Record<string, unknown>)[name]
    return Array.isArray(items) ? [[name, items as Identified[], fields]] : []
  })
}
