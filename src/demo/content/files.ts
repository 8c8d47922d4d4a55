import type { FilePlan } from './lesson-plan.ts'

const cities = [
  { name: 'Lisbon', rent: 905, growth: 14 },
  { name: 'Leipzig', rent: 610, growth: 6 },
  { name: 'Kraków', rent: 540, growth: 9 },
]
const YEARS = { first: 2012, last: 2025 }

/** A made-up table with the faults that the course is about: gaps, and a year that is there twice. */
export const rentsTable: FilePlan = {
  name: 'rents-of-three-cities.csv',
  mediaType: 'text/csv',
  text: ['city,year,rent_eur,flats_counted', ...cities.flatMap(rowsOf)].join('\r\n').concat('\r\n'),
}

function rowsOf({ name, rent, growth }: (typeof cities)[number]): string[] {
  const rows: string[] = []
  for (let year = YEARS.first; year <= YEARS.last; year++) {
    const age = year - YEARS.first
    const counted = 180 + ((age * 37) % 90)
    rows.push(`${name},${year},${age % 6 === 4 ? '' : rent + growth * age},${counted}`)
  }
  return [...rows, rows[3] ?? '']
}
