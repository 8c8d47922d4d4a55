/**
 * The value of a `Content-Disposition` header that makes a browser save the file under its name instead of showing it
 * (RFC 6266). Browsers read the UTF-8 form; the ASCII form is for the others. No name can end the header.
 */
export function attachmentDisposition(fileName: string): string {
  return disposition('attachment', fileName)
}

/** The same for a file that is shown; the name is for whoever saves it from there. */
export function inlineDisposition(fileName: string): string {
  return disposition('inline', fileName)
}

function disposition(type: 'attachment' | 'inline', fileName: string): string {
  const name = fileName.toWellFormed().replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069/\\]+/gu, '_') || '_'
  const ascii = name.replace(/[^\x20-\x7e]+/g, '_').replace(/["%]/g, '_')
  // RFC 8187's attr-char leaves out what encodeURIComponent leaves as it is.
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${type}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
