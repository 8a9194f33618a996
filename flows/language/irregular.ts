/** Forms of verbs that no rule takes apart, each line the plain form first. Those that are words of their own are left out. */
const VERBS = `
begin began begun
bring brought
build built
buy bought
catch caught
choose chose chosen
draw drew drawn
drive drove driven
eat ate eaten
forget forgot forgotten
freeze froze frozen
give gave given
grow grew grown
hear heard
hide hid hidden
hold held
keep kept
know knew known
lend lent
light lit
lose lost
pay paid
sell sold
send sent
sleep slept
speak spoke spoken
spend spent
steal stole stolen
take took taken
teach taught
throw threw thrown
wear wore worn
win won
write wrote written`;

const PLAIN: ReadonlyMap<string, string> = new Map(
  VERBS.trim()
    .split("\n")
    .flatMap((line) => {
      const [plain = "", ...forms] = line.split(" ");
      return forms.map((form): [string, string] => [form, plain]);
    }),
);

/** The plain form of an irregular verb ("lit" → "light"); other words as they are. */
export function plainForm(word: string): string {
  return PLAIN.get(word) ?? word;
}
