/** The shape of a set of words, whatever the language: texts stay texts, sentences with gaps keep their gaps. */
export type Widen<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { [Key in keyof T]: Widen<T[Key]> };
