/** What the lighthouse document says. */
export const FACT = "The lighthouse lamp is lit by hand every evening at dusk by the keeper.";

/** What everybody in the organisation may read. */
export const DOCUMENTS = {
  lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n`,
  leave:
    "# Leave\n\n## Annual leave\n\nAnnual leave is 25 days a year and is requested in the portal.\n\n## Parental leave\n\nParental leave is 14 weeks and is requested in the portal.\n\n## Study leave\n\nStudy leave is 5 days a year and is requested in the portal.\n",
} as const;

/** What only the people team may read. */
export const PAY =
  "# Pay\n\n## Bonus\n\nThe bonus of full-time employees is 8 percent of the salary.\n";
