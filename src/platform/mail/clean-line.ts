// Embeddings, overrides and isolates can make a reader see another text than the one that is there
// (Unicode TR36 §2.5). Plain marks (LRM, RLM, ALM) stay: Arabic and Hebrew typists need them.
const directionControls = /[\u202a-\u202e\u2066-\u2069]/g
const lineBreaksAndControls = /[\s\p{Cc}\u2028\u2029]+/gu

/** Makes any text one line of visible characters: no line break, no control character, no direction override. */
export function cleanLine(text: string): string {
  return text.toWellFormed().replace(directionControls, '').replace(lineBreaksAndControls, ' ').trim()
}
