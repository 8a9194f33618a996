/** SQL: the documents that editors have hidden. What they hold is found by nobody and takes nobody's place. */
export const HIDDEN_DOCUMENTS = "SELECT document_id FROM standings WHERE standing = 'hidden'";
/** SQL: the chunks of those documents; made once for a query, few as a rule. */
export const HIDDEN_CHUNKS = `SELECT id FROM chunks WHERE document_id IN (${HIDDEN_DOCUMENTS})`;
