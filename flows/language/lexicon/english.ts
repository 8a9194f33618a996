/**
 * Words that people use for one another at work and with software. One group a line, alternatives divided by commas; an
 * alternative may be a phrase. Written from general knowledge of the two fields, not from anybody's documents.
 */
export const ENGLISH_GROUPS = `
vacation, annual leave, holiday, time off, pto, days off, day off
leftover, unused, left over, carry over, carry-over, carryover, roll over, untaken
ill, sick, illness, unwell, sickness, disease
doctor, physician, medical, gp
certificate, note, attest, confirmation
maternity, paternity, parental, birth, baby, newborn, pregnant, pregnancy, father, mother, dad, mum, mom, parent
salary, pay, wage, paycheck, payslip, payroll, payday
raise, pay rise, increase, increment
bonus, premium, incentive
quit, resign, resignation, give notice, hand in notice, notice period
fired, dismissed, dismissal, laid off, sacked, termination
hire, recruit, recruitment, new hire, joiner
join, first day, start, onboarding
refer, referral, recommend, recommendation
company, firm, employer, organisation, organization, business
employee, staff, worker, team member
colleague, coworker, co-worker, teammate
boss, manager, supervisor, line manager, superior
hr, people team, human resources, personnel
it, it desk, helpdesk, help desk, service desk
contractor, freelancer, external, consultant, temp
intern, trainee, apprentice, internship
probation, trial period
training, course, class, seminar, workshop, education
review, appraisal, evaluation
expense, cost, spend, spending, expenditure
reimburse, reimbursement, refund, pay back, get back, claim, money back
receipt, invoice, bill, proof
submit, hand in, file, send in, turn in, enter
meal, dinner, lunch, breakfast, food, eat, restaurant
hotel, accommodation, lodging, overnight
flight, plane, fly, airline, airfare
train, rail, railway
taxi, cab, uber
car, vehicle, drive, driving
bike, bicycle, cycle, cycling
trip, travel, journey, travelling, for work, business trip
abroad, foreign, overseas, other country, another country, international
kilometre, kilometer, km, mileage, mile
gift, present
supplier, vendor
laptop, computer, notebook, pc, macbook
phone, mobile, cellphone, smartphone
screen, monitor, display
password, passphrase, passcode
login, log in, sign in, log on, signing in, logging in
reset, forgot, forgotten, recover
locked, blocked, locked out, lock
authenticator, two-factor, 2fa, mfa, second factor
wifi, wi-fi, wireless, wlan
printer, print, printing
phishing, scam, fraud
weird, strange, odd, suspicious, unusual, funny
mail, email, e-mail
lost, stolen, theft, missing, lose, gone, disappeared, misplaced
broken, defect, defective, damaged, faulty, damage, cracked, broke, dropped, smashed
repair, fix, mend
visitor, guest
badge, key card, access card, pass
parking, park, car park
room, meeting room, conference room
book, reserve, booking, reservation
dog, pet, animal
child, kid, children, daughter, son
glasses, spectacles, eyewear
gym, fitness, sport
insurance, insured, coverage
pension, retirement, retire
dentist, dental, teeth
home office, work from home, working from home, remote, remotely, wfh, telework, from home
overtime, extra hours, additional hours
wedding, marry, married, marriage
funeral, death, die, died, bereavement
allowance, budget, stipend
discount, rebate, cheaper
approve, approval, sign off, permission, authorise, authorize, consent, agree
allowed, allow, permitted, permit, forbidden
limit, maximum, max, cap, ceiling, upper limit
minimum, at least
deadline, due, latest, time limit
mandatory, required, obligatory, compulsory, require
in advance, ahead, beforehand
delete, remove, erase, wipe, clean up, drop, throw out, get rid of, throw away, discard, purge, take out
add, load, feed, import, ingest, upload, put in, insert
file, document, doc
folder, directory
word, docx
spreadsheet, excel, xlsx, csv
slides, powerpoint, pptx, presentation
picture, image, photo, drawing
install, set up, setup, installation, deploy, deployment
update, upgrade, newer version, new version
version, release
run, launch, execute, boot
stop, shut down, turn off, switch off, disable, deactivate
enable, turn on, switch on, activate
restart, reboot
crash, fail, die, hang, freeze, power cut, outage, power outage, power goes out, blackout
error, failure, fault, problem, issue, trouble
slow, takes long, sluggish, lag
speed, performance, fast, quick, faster
backup, back up, save a copy
restore, bring back
gpu, graphics card, nvidia, cuda, video card
cpu, processor, cores
memory, ram
disk, storage, space, hard drive
alive, health, healthy, heartbeat
metrics, monitoring, prometheus
log, logs, logging
docker, container, compose
kubernetes, k8s
self-hosted, on-premise, on premises, own server
url, link, web page, website
token, key, secret, api key, credential
configuration, config, setting, settings, configure, customise, customize, adjust
language model, llm, chat model, ai model, large language model
embedding, vector, vectors
chatgpt, openai, gpt
answer, reply, respond, response
clarify, ask back, question back, clarifying question, counter-question, asks back
confidence, confident, certain, certainty, how sure, sure
threshold, cutoff, cut-off
bot, chatbot, assistant, frontdesk
person, human, human being, real person
agent, support agent, operator, service staff
handover, hand over, escalate, hand off, handoff, escalation
case, ticket
comment, remark, internal note
confidential, private, secret, secrets
public, everybody, everyone, anyone
visible, visibility, see, read
access, rights, permissions
price, fee, charge, costs, expensive
licence, license
privacy, gdpr, personal data, data protection
terminal, console, command line, shell
try, try out, demo, sample
answer wrong, hallucinate, make things up, invent, making things up, make stuff up, makes stuff up, makes things up
forget, reset the conversation, start over
continue, resume, pick up, carry on, go on with
pass on, give back, hand on, hand to, reassign, pass to
claim, take over, grab, pick
disagree, not agree, object, contest, appeal, dispute
side job, second job, part-time job, moonlighting, other job, sideline
in use, already used, taken, occupied, already running, busy
older version, previous version, earlier version, downgrade, roll back, rollback, go back
belongings, parcels, parcel, package, packages
come along, bring, bring along, take along, come with me
screenshot, picture, image
stored, saved, kept, located, end up, lie
late, delay, delayed, delays
money, paid, allowance, subsidy, contribution
nobody, no one, without answer
freeware, free of charge, gratis, open source
concern, worry, whistleblow, misconduct
plane ticket, economy, business class, first class, which class, cabin
duplicate, twice, double, two times
often, how often, frequency, how many times, times
reach, contact, get hold of, reachable
arrive, arrives, paid out, transferred
dispose, recycle
mistake, typo, correction, wrong, incorrect, not right, mistakes
scanned, scan, ocr
colour, color
centre, center
quiet, silent, mute, noise
hurt, injured, injury, accident
fire, evacuation, alarm, emergency
newspaper, press, journalist, media
secret, non-disclosure, nda, confidentiality
relationship, dating, couple, partner
kitchen, coffee, fridge, lunchroom
alcohol, drinks, beer, wine
clothes, dress, dress code, wear
smoke, smoking
pick up, collect, fetch
give back, return, hand back
`;
