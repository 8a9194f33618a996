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
exit, quit, close
server, machine, host, computer, vm
proxy, firewall, corporate network
tls, ssl, https
encrypt, encryption, encrypted, cipher
attack, attacker, hack, hacker, malicious, exploit, manipulate, trick, jailbreak, prompt injection
history, transcript, past messages, earlier messages
remember, recall, keep in mind, memorise, memorize
translate, translation, multilingual, bilingual, other languages
stream, streaming, word by word
click, press, tap, button
group chat, channel
direct message, dm, private message, private chat
mention, mentioned, tag, tagged, ping
invite, invitation
renew, rotate, replace, exchange
expire, expired, run out, lapse, valid, validity
rate limit, throttle, too many requests, quota
big, large, huge, size
hardware, requirements, system requirements, specs
offline, without internet, without network, no internet, air-gapped, air gapped
internet, network, online
telemetry, phone home, tracking, usage data, cloud, third party, third parties
download, pull, fetch
automatically, by itself, on its own, by themselves, automatic
schedule, scheduled, periodically, cron, nightly, every night
sync, synchronise, synchronize, refresh, reindex, re-index, up to date, keep current
outdated, stale, old, out of date
format, file type, filetype, kind of file, extension
audio, voice, speech, video, spoken
google, search engine, web search, search the web, browse, look up online
source, citation, cite, reference, quote
feedback, rate, rating, thumbs up
complain, complaint, grievance
statistics, analytics, dashboard, figures
alert, notify, notification, notified, alarm
admin, administrator
block, ban, exclude, prevent, restrict, keep out
dry run, simulate, preview, pretend, as if
source code, repository, code base
plugin, plug-in, integration, add-on
api, rest, endpoint, webhook, programmatically, http
json, machine-readable, structured output, script
batch, bulk, many at once, whole list, mass
cluster, several machines, multiple machines, multiple servers, scale, scaling, high availability, load balancing, more than one machine, instances
at the same time, simultaneously, concurrently, parallel, at once, same time
queue, wait in line, waiting line
opening hours, business hours, office hours, working hours, out of hours, night, weekend
overdue, response time, sla
resolve, resolved, solved, finished, settle
reopen, open again
angry, anger, upset, frustrated, furious, rude, swear, insult
trigger, keyword, sensitive
small talk, greeting, hello, chit-chat
rename, name, called
tone, style, personality, persona, wording
timeout, time out, idle, inactive, inactivity
wait, pause, delay
interrupt, cut off, abort, cancel
uninstall, get rid of, remove
migrate, move, transfer, another machine, new machine, new server
export, dump, extract
retention, how long kept, how long stored
redact, redaction, mask, anonymise, anonymize, hide
environment variable, env
default, out of the box, preset
windows, mac, macos, linux, operating system
browser, web interface, user interface, gui, graphical
teams, whatsapp, telegram, chat platform, messenger
type, typing, write, send
ignore, no reply, silent, does not answer, does not respond, doesn't respond, no response
compare, comparison, difference, differ
grow, growth, bigger
key combination, shortcut, ctrl
exit code, return code, status code
forbidden, not allowed, banned, prohibited
commute, way to work, get to work, travel to work
public transport, bus, tram, metro, subway
canteen, cafeteria, lunch
flu, fever, unwell, ill
surgery, operation, hospital
care, carer, look after, looks after, take care, elderly, relative, family member
bully, bullied, bullying, harass, harassment, harassed, mobbing, discrimination, unacceptable behaviour, intimidate
unfair, unjust, disagree, not agree
mentor, buddy, sponsor, coach, guide
newcomer, new starter, new colleague, new people, new hire, joiner
freelance, second job, work elsewhere, side job, other employer
bribe, gift, present, favour
social media, linkedin, post online
usb, stick, flash drive, thumb drive
headphones, headset, earphones
chair, desk, furniture, ergonomic
delivery, courier, parcel
party, outing, celebration, event
advance, loan, borrow, lend
tax, taxes, withholding
bank account, iban, bank details, account number
move house, relocate, relocation, new address, moving
christmas, xmas, year end, end of the year
closed, closure, closes, shut
public holiday, bank holiday
reference letter, testimonial, certificate of employment
volunteer, volunteering, charity
deposit, down payment
per diem, daily allowance, meal allowance
mailbox, inbox, mail account
vaccination, jab, vaccine, shot
promotion, promoted, career, next level
unpaid, without pay, sabbatical, career break
week, weekly
monthly, month
quarter, quarterly
year, annual, yearly, annually
`;
