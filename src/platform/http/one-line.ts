import { type TString, type TStringOptions, Type } from 'typebox'

/**
 * A text of one line that people read, such as a name or a title: at least one character that can be seen, and none
 * that breaks lines, controls a terminal or turns the direction of what follows. Such characters would get into mails,
 * CSV files and certificates.
 */
export function oneLine(maxLength: number, options: TStringOptions = {}): TString {
  return Type.String({ minLength: 1, maxLength, pattern: ONE_LINE, ...options })
}

const VISIBLE = '\\p{L}\\p{N}\\p{P}\\p{S}'
// Control characters, line and paragraph separators, and the characters that embed or override a direction.
const FORBIDDEN = '\\p{Cc}\\p{Zl}\\p{Zp}\\u202A-\\u202E\\u2066-\\u2069'

/** What a schema says of such a text; `fieldErrors` puts it into words. */
export const ONE_LINE = `^(?=.*[${VISIBLE}])[^${FORBIDDEN}]*$`
