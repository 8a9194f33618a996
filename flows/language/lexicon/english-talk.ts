/**
 * How people say things when they type in a hurry: everyday verbs, idioms and half-sentences beside the words that manuals
 * and handbooks use. Same form as {@link ENGLISH_GROUPS}; written from general knowledge, not from anybody's documents.
 */
export const ENGLISH_TALK_GROUPS = `
intact, undamaged, unharmed, in one piece, not corrupted, integrity, complete, checksum, hash
corrupt, corrupted, garbled, mangled, broken, damaged, messed up
connection, line, link, network
shaky, unstable, flaky, drops, interrupted, unreliable
longer, shorter, length, long, max tokens
cut short, truncated, too short, stops after, cuts off
lock down, restrict, make private, protect, close off, limit
by accident, accidentally, by mistake, unintentionally, wrongly
look for, search, find, seek, hunt for, query
may not, not allowed, no permission, no access, lacks access, without access, not permitted, denied
through with, done with, finish, finished, resolved, close
get going, start, resume, begin, carry on
taking ages, takes ages, takes forever, takes long, slow, long, longer
normal, expected, usual, typical
counts, wins, precedence, priority, takes effect, overrides, stronger
no effect, nothing changed, not applied, ignored, restart
hook up, connect, attach, link up, wire up, plug in, integrate, pair
talk to, speak to, contact, reach
show up, appear, come up, turn up
shut up, mute, silence, quiet, stop talking
annoying, irritating, too often, drive me mad, bothers, nagging
tell on, report, flag, raise
hand in, submit, file
swap, exchange, replace, trade, switch
get around, bypass, circumvent, avoid
figure out, find out, work out, learn
look at, view, see, inspect, check, open
look up, search, find
peek, snoop, spy, read along, eavesdrop, listen in
share, pass on, hand around, publish, distribute
hide, conceal, keep from, invisible
sneak, leak, slip out, give away, disclose, reveal, blurt out
forget, lose track, lose context
mess up, break, ruin, go wrong, screw up
bring up, start, boot
take down, stop, remove, shut down
go down, down, unreachable, outage, unavailable, offline
keep up, cope, handle, bear, manage
stuck, hang, hangs, hanging, frozen, blocked
die, dies, crash, killed, kill, killing, exit
wake up, restart, come back
spin up, start, launch
eat, use, consume, take up, hog, need
fits, fit, enough, suffice, suffices
pricey, expensive, cost, price
for free, free, gratis, no cost, at no cost
subscription, licence fee, price, cost, licence
commercial, business, sell, company use, commercially
sell, resell, commercial
legal, law, lawsuit, lawyer, legally, court
boss, manager, lead, supervisor
mate, colleague, coworker, teammate
client, customer, user
folks, people, users, staff
newbie, new employee, newcomer, starter, beginner
guy, person, man, somebody
bloke, person, colleague
kid, child, baby, son, daughter
wife, husband, spouse, partner
mum, parent, mother, father, parents, relative, relatives
sister, brother, family, relatives, relative
friend, acquaintance, family
half day, half a day, half days
sick note, doctor's note, certificate, medical certificate
throw up, sick, ill, nausea
under the weather, sick, ill, unwell
headache, migraine, sick
bad back, ergonomic, chair
burnout, burned out, stress, stressed, pressure, overworked, counselling
depressed, anxiety, mental health, counselling, psychologist, therapy, therapist
cold, freezing, heating, temperature, warm
hot, heat, temperature, warm, air conditioning, cooling
smell, air, window, windows
loud, noisy, noise, quiet
dirty, cleaning, clean, mess
plant, plants, flower, flowers
tea, coffee, drinks
snack, fruit, food
hungry, lunch, food, meal
cook, kitchen, microwave, warm up
birthday, celebrate, cake
gym, sport, fitness, swimming, pool, yoga, climbing
doctor appointment, doctor, medical appointment, dentist
hospital, clinic, operation
glasses, eyesight, optician, lenses, contact lenses, eye test
teeth, dentist, dental
physio, physiotherapy, therapy
jab, vaccination, flu shot
pay day, payday, salary, wages, paid
short, missing, too little, underpaid, mistake
money back, refund, reimbursed, reimbursement, claim, expense
out of pocket, own money, paid myself, advance, reimbursed
float, advance, cash advance
cash, money, advance
tip, tips, gratuity
slip, receipt, ticket, bill
lost receipt, missing receipt, without a receipt, no receipt
petrol, fuel, gas, mileage
toll, parking, parking fee
fine, ticket, penalty
rental, rent, hire car, rental car
uber, taxi, cab
plane, flight, fly, airport
seat, class, economy
luggage, baggage, suitcase
visa, passport, invitation letter, entry
jet lag, rest, late arrival, travel time
hotel, stay, night, room
flatmate, stay with friends, private stay
conference, trade fair, fair, event, expo
language, english, dutch, german, chinese lessons, language course
degree, studies, master, bachelor, university, study
exam, test, certificate, certification
book, books, literature
fail, failed, not pass, flunk
pay rise, raise, salary review, salary increase
bonus, extra money, reward
referral, recommend a friend, bring in, recommend somebody, refer
anniversary, jubilee, service award, years of service, long service
thirteenth salary, thirteenth month, christmas bonus, year-end bonus
pension, old age, retire
quit, leave the company, resign, hand in my notice, give notice, notice
come back, return, rejoin, rehired, rehire
last day, final day, end of employment
reference, recommendation letter, testimonial
laptop, machine, computer, notebook
mouse, keyboard, accessory, accessories, cable, charger, adapter
monitor, screen, second screen
headset, headphones, earbuds
software, app, program, tool, application
install software, software request, request software
personal use, private use, privately, for myself
break, broke, broken, cracked, smashed, spill, spilled, dropped, damage
battery, charger, power
steal, stole, stolen, theft, robbed, nicked, pinched
find, found, lost property, lost and found
badge, pass, key card, tag
key, keys, lock, locker
pin, code, password
codes app, authenticator, two-factor, second factor
shared mailbox, group mailbox, team mailbox
mailing list, distribution list, distribution group
internet, wifi, network, web
hacked, compromised, attack, incident, breach
dodgy, suspicious, strange, weird, fishy, scam
link, attachment, phishing
usb stick, memory stick, flash drive, stick
print, printout, printouts, paper
shred, destroy, shredder, dispose
fire, alarm, evacuation, smoke
first aid, plaster, bandage, hurt, cut
accident, injured, injury, hurt, cut myself
pushy, harass, bully
racist, sexist, discrimination, harassment, insult
affair, relationship, dating, love
side hustle, second job, side job, freelancing
friend's company, conflict of interest, relative works
journalist, reporter, press, tv, interview, newspaper
instagram, facebook, twitter, tweet, post, social media
gift, present, chocolate, bottle of wine, hamper
invite, invitation, dinner invitation
drunk, alcohol, beer, drink, drugs, weed
jeans, shorts, clothes, dress
smoke, cigarette, vape, smoking
bike, bicycle, cycle, e-bike
tram, bus, train, season ticket, public transport
electric car, ev, charging, charger, charge
carpool, car sharing, share a car, lift
shower, locker, change clothes
strike, delay, delays, late, cancelled train
guest, visitor, client visit, visiting
tour, show around, workshop tour, look around
family, relatives, parents, children
candidate, applicant, interview
contractor, freelancer, external, temp, consultant
call, phone booth, video call, phone call
quiet room, quiet zone, silent
desk, seat, workplace, hot desk
parcel, package, post, delivery, amazon, zalando, mail order
hours, core time, working time, flexitime, flexible hours
shift, shifts, hours, schedule
overtime, extra hours, extra work, long hours
comp time, time off in lieu, time back, compensate
weekend, saturday, sunday
switch off, right to disconnect, after hours, reachable, unreachable
holiday home, abroad, another country, working from abroad
spain, italy, abroad, foreign country, another country, overseas
move, new home, relocation, new flat, moving house
newborn, birth, baby, expecting
miscarriage, bereavement
grandma, grandmother, grandfather, grandparent, relative, family member
jury duty, court, witness, voting
religion, faith, eid, ramadan, diwali, custom, religious
king's day, public holiday, easter, pentecost, good friday, whitsun, boxing day, ascension
national day, dragon boat, mid-autumn, qingming, spring festival, public holiday
year end, christmas, winter closing, between the years
buddy, mentor, sponsor, looks after
trial period, probation, probationary
mandatory courses, required courses, must complete
evaluation, performance review, appraisal
rating, grade, score, mark
improvement plan, underperform, bad review, poor performance
gossip, rumour, confidentiality
suggest, suggestion, idea, proposal, improve
complain, complaint, concern, grievance
install, get running, set up, put on
first start, first run, first time, initial
requirements, what do i need, prerequisites, needed
raspberry pi, arm, small computer
laptop, notebook, desktop
cloud server, vps, hosting, hosted, vm
systemd, service, daemon, background
background, daemon, without a terminal, detached
docker image, container, compose file
port, listen, address in use, port in use, already in use
bind, listen, address
firewall, proxy, company network
certificate, tls, https
reverse proxy, nginx, https
disk full, no space, out of space, disk space, ran out of disk, out of disk
ram, memory, out of memory
cores, cpu, processor
vram, gpu memory, graphics memory
backup, copy, snapshot, save
restore, get back, bring back, recover
move, migrate, new machine, other server, new box
box, machine, server, host
rollback, roll back, older version, previous release, old release, downgrade
release, version
newest, latest, newer version, upgrade, update
patch, update, upgrade
uninstall, remove completely, get rid of, deinstall
power cut, crash, outage, electricity
reboot, restart, kill
lost, lose, vanish, gone, disappear
twice, double, doubled, duplicate
logs, log file, logfile, journal
rotate, rotation, log rotation, grows
debug, verbose, more detail, trace
health check, healthz, readyz, alive, liveness, readiness
grafana, prometheus, metrics, monitoring
alert, notify, notification, told, e-mail
webhook, callback, notify another program, push
rest, api, http, endpoint, curl
script, cron, automate, automation, pipe
exit code, exit status, return code
json, machine readable, parse
config file, yaml, settings file, configuration file
env, environment variable, environment variables
typo, misspelled, unknown key, misspelling
key, token, secret, api key
password, login, account, sign in
permission, rights, access, authorisation, privilege
role, admin, editor, viewer
group, team, department
not listed, unknown user, isn't in, stranger, not in the list
guest, visitor, anonymous, outsider
revoke, take away, remove access, withdraw
impersonate, as somebody else, as another person, as if i were, pretend to be
leak, exposed, disclose, see confidential
internal, staff only, employees only
public, for everybody, open to all
secret, confidential, private, hr
filter, check, filtered, enforced
gdpr, privacy, data protection, personal data
forget me, delete my data, erase, right to be forgotten
record, store, log, save, collect, keep
phone home, telemetry, leave the machine, sent out, sent to
encrypt, encrypted, encryption, plain text
inject, injection, jailbreak, ignore instructions, ignore previous instructions, manipulate
virus, malware, dangerous, malicious, infected
bug, vulnerability, security hole, security bug, exploit
ticket, case, request, issue
grab, claim, take, pick up, take over
agent, human, operator, support person
hand back, return, give back, release
escalate, hand over, pass on, transfer, forward
queue, waiting, in line
note, internal note, comment, remark
customer sees, visible to the customer, user sees
swear, curse, insult, rude, angry, shout
calm, angry, upset
opening hours, office hours, out of hours, at night, weekend
priority, urgent, urgency, important
rating, satisfaction, survey, stars
statistics, stats, report, figures, numbers, dashboard
follow-up, follow up, and what about, context, earlier question
context, what we talked about, previous question, earlier question, remember
counter question, counter-question, clarifying question, ask back, asks back
option, choice, choices, options, alternatives
multiple choice, options, number
guess, invent, make up, hallucinate
wrong answer, incorrect, nonsense, rubbish, false
not sure, unsure, uncertain, confidence
refuse, decline, declines, won't answer, says it doesn't know
threshold, how sure, confidence, strictness, stricter, strict, careful, cautious
chatty, talkative, careful
reply language, language, answers in
mixed, half, both languages
hello, hi, greeting, thanks, thank you, small talk
type while, interrupt, another message, send another
edit, change, correct, modify
delete message, deleted, delete my question
thread, reply, channel
mention, at sign, @
dm, direct message, private message
slash command, command, /ask
modal, dialog, form, window
emoji, reaction, thumbs up, thumbs down
streaming, while it is written, live, word by word
split, several messages, parts, long answers
workspace, server, guild
bot token, token, app token
manifest, app manifest, register
permission, scope, intent, intents
crawl, website, web page, url
tidy, remove, clean up
watch, automatic, sync, notice changes, picks up changes
skip, exclude, ignore, leave out, except
subfolder, folder, directory, subdirectory
draft, drafts, work in progress, ignore
word file, docx, word document
spreadsheet, excel, csv, table
slides, powerpoint, presentation, deck
scan, scanned, ocr, image
photo, picture, screenshot, image
password protected, locked, encrypted, protected
umlaut, special characters, encoding, character set, gbk, utf-8
chunk, chunks, piece, pieces, cut into, split into, passage
tips, advice, best practice, how should i write, guideline
findable, found, finds, search
overlap, chunk size, piece
collection, category, group of documents, topic area
list, overview, which documents, inventory
loaded, added, ingested, imported
how big, size limit, large, maximum size
re-index, reindex, rebuild, load again, from scratch, compute anew
embedder, embedding model, embeddings, vectors
reranker, rerank, reranking
local model, gguf, llama
pull, download, fetch, get
half downloaded, interrupted, resume
mirror, other source, own server
offline, no internet, air-gapped, airgapped, without internet
thinks, thinking, reasoning, thought, thoughts, chain of thought
context size, context window, context length
parallel, at once, at the same time, concurrent, simultaneous
slow answer, slow, takes long, wait
ollama, vllm, llama-server, remote server, openai-compatible
fallback, backup server, failover, second server
in circles, again and again, over and over, loop, endless, repeatedly, retry
gpu, graphics card, nvidia, cuda, amd, radeon
`;
