const ENGLISH_OPENING =
  /^(?:(?:and|but|so|ok|okay|also|or|then)[,\s]+)?(?:what|what's|whats|how|how's|when|where|where's|why|who|who's|which|whose|can|could|do|does|did|is|are|was|were|will|would|should|may|am|have|has|isn't|aren't|don't|doesn't|can't)\b/u;
const ENGLISH_FOLLOW_UP =
  /^(?:and|or|but|also)\s+(?:for|in|on|at|with|if|when|what|how|from|to)\b/u;
const CHINESE_QUESTION =
  /[吗呢么]\s*[?？。!！]*$|多少|什么|怎么|怎样|如何|哪[里儿个些种天年月]|哪一|为什么|为啥|是否|能不能|可不可以|可以吗|有没有|是不是|多久|几[个天次点号]|谁/u;

/** Whether a text in lower case plainly asks something. */
export function looksLikeQuestion(text: string): boolean {
  return (
    /[?？]\s*$/u.test(text) ||
    ENGLISH_OPENING.test(text) ||
    ENGLISH_FOLLOW_UP.test(text) ||
    CHINESE_QUESTION.test(text)
  );
}
