# Data preparation. Reads bare git clones of the sources, writes data/*.json
import subprocess,json,re,csv,io,os,html,random,sys,collections
import xml.etree.ElementTree as ET
M=os.environ.get('SOURCES','sources')+'/'  # bare clones: SOURCES/owner+name/repo
def git(repo,*a):
    return subprocess.run(['git','-C',M+repo+'/repo']+list(a),capture_output=True).stdout
def ls(repo,ref='HEAD'):
    return [x for x in git(repo,'ls-tree','-r','-z','--name-only',ref).decode('utf8','replace').split('\0') if x]
def batch(repo,names,ref='HEAD'):
    p=subprocess.run(['git','-C',M+repo+'/repo','cat-file','--batch'],input='\n'.join(f'{ref}:{n}' for n in names).encode()+b'\n',capture_output=True).stdout
    i=0;out=[]
    for n in names:
        j=p.index(b'\n',i);h=p[i:j].split()
        if h[-1]==b'missing': out.append(None); i=j+1; continue
        s=int(h[2]); out.append(p[j+1:j+1+s].decode('utf8','replace')); i=j+1+s+1
    return out
random.seed(0)
ws=lambda s: re.sub(r'\s+',' ',s).strip()
D='data/'
# --- SQuAD dev 1.1 from the gh-pages explorer html
sq=[]
names=[n for n in ls('rajpurkar+SQuAD-explorer','gh-pages') if n.startswith('explore/1.1/dev/') and not n.endswith('index.html')]
for n,t in zip(names,batch('rajpurkar+SQuAD-explorer',names,'gh-pages')):
    for pw in t.split('<div class="para-wrap">')[1:]:
        p=html.unescape(re.search(r'<pre>(.*?)</pre>',pw,re.S).group(1))
        qs=[]
        for qa in pw.split('class="qa-wrap"')[1:]:
            q=html.unescape(re.search(r'<strong class="question">(.*?)</strong>',qa,re.S).group(1))
            gt=qa.split('Ground Truth Answers')[1].split('</p>')[0]
            a=[html.unescape(x) for x in re.findall(r'<span class="answer">(.*?)</span>',gt,re.S)]
            qs.append((ws(q),a))
        sq.append(dict(title=os.path.basename(n)[:-5],p=p,qas=qs))
json.dump(sq,open(D+'squad_dev.json','w'))
print('squad dev paras',len(sq),'qs',sum(len(x['qas']) for x in sq))
# v2 dev unanswerable
sq2=[]
names=[n for n in ls('rajpurkar+SQuAD-explorer','gh-pages') if n.startswith('explore/v2.0/dev/') and not n.endswith('index.html')]
for n,t in zip(names,batch('rajpurkar+SQuAD-explorer',names,'gh-pages')):
    for pw in t.split('<div class="para-wrap">')[1:]:
        p=html.unescape(re.search(r'<pre>(.*?)</pre>',pw,re.S).group(1)); qs=[]
        for qa in pw.split('class="qa-wrap"')[1:]:
            q=html.unescape(re.search(r'<strong class="question">(.*?)</strong>',qa,re.S).group(1))
            gt=qa.split('Ground Truth Answers')[1].split('</p>')[0]
            a=[html.unescape(x) for x in re.findall(r'<span class="answer">(.*?)</span>',gt,re.S)]
            qs.append((ws(q),a,'No Answer' in gt or not a))
        sq2.append(dict(title=os.path.basename(n)[:-5],p=p,qas=qs))
json.dump(sq2,open(D+'squad2_dev.json','w'))
print('squad2 dev',len(sq2),sum(len(x['qas']) for x in sq2),'unans',sum(q[2] for x in sq2 for q in x['qas']))
pairs=[] # (q,p,src)
# --- SQuAD train part (nqg "test" = articles of SQuAD train)
def detok(s):
    s=s.replace('-lrb-','(').replace('-rrb-',')').replace('``','"').replace("''",'"').replace('-lsb-','[').replace('-rsb-',']')
    s=re.sub(r" (n't|'s|'re|'ve|'ll|'d|'m)\b",r'\1',s); s=re.sub(r' ([,.;:?!%)\]])',r'\1',s); s=re.sub(r'([(\[$]) ',r'\1',s)
    return ws(s)
S=git('xinyadu+nqg','show','HEAD:data/processed/src-test.txt').decode().strip('\n').split('\n')
T=git('xinyadu+nqg','show','HEAD:data/processed/tgt-test.txt').decode().strip('\n').split('\n')
assert len(S)==len(T)
S=[detok(s) for s in S]; T=[detok(s) for s in T]
order=[];seen=set()
for s in S:
    if s not in seen: seen.add(s); order.append(s)
pos={s:i for i,s in enumerate(order)}
json.dump(dict(order=order,qs=[(q,pos[s]) for q,s in zip(T,S)]),open(D+'squad_train_part.json','w'))
for q,s in zip(T,S): pairs.append((q,s,'squad'))
print('squad train part',len(T),'sentences',len(order))
# --- MedQuAD
names=[n for n in ls('abachaa+MedQuAD') if n.endswith('.xml')]
k=0
for t in batch('abachaa+MedQuAD',names):
    for m in re.finditer(r'<Question[^>]*>(.*?)</Question>\s*<Answer>(.*?)</Answer>',t,re.S):
        q=ws(html.unescape(m.group(1)));a=ws(html.unescape(m.group(2)))
        a=re.sub(r'^Key Points - ','',a)
        if len(a)>30: pairs.append((q,a[:1500],'med'));k+=1
print('medquad',k)
# --- FairytaleQA
fq={}
for sp in ('train','val'):
    qn=[n for n in ls('uci-soe+FairytaleQAData') if f'data-by-train-split/questions/{sp}/' in n]
    sn=[n.replace('/questions/','/section-stories/').replace('-questions','-story') for n in qn]
    out=[]
    for q,s in zip(batch('uci-soe+FairytaleQAData',qn),batch('uci-soe+FairytaleQAData',sn)):
        if not q or not s: continue
        sec={r['section']:ws(r['text']) for r in csv.DictReader(io.StringIO(s))}
        for r in csv.DictReader(io.StringIO(q)):
            c=(r.get('cor_section') or '').split(',')[0]
            if c in sec: out.append((ws(r['question']),sec[c],r['answer1'],r['ex-or-im1']))
    fq[sp]=out; print('fairy',sp,len(out))
json.dump(fq,open(D+'fairy.json','w'))
for q,p,a,e in fq['train']: pairs.append((q,p,'fairy'))
# --- SubjQA
sj={}
for sp in ('train','dev'):
    out=[]
    for dmn in ('books','electronics','grocery','movies','restaurants','tripadvisor'):
        t=git('megagonlabs+SubjQA','show',f'HEAD:SubjQA/{dmn}/splits/{sp}.csv').decode('utf8','replace')
        for r in csv.DictReader(io.StringIO(t)):
            out.append((ws(r['question']),ws(r['review'].replace('ANSWERNOTFOUND','')),r['human_ans_spans'],dmn))
    sj[sp]=out; print('subjqa',sp,len(out),sum(o[2]!='ANSWERNOTFOUND' for o in out))
json.dump(sj,open(D+'subjqa.json','w'))
for q,p,a,d in sj['train']:
    if a!='ANSWERNOTFOUND': pairs.append((q,p[:1500],'subj'))
# --- CLINC150 train: pairs of the same intent; NLU-eval skipped
cl=json.loads(git('clinc+oos-eval','show','HEAD:data/data_full.json'))
by=collections.defaultdict(list)
for u,i in cl['train']: by[i].append(u)
for i,us in by.items():
    for a in range(len(us)):
        b=random.choice(us); 
        if b!=us[a]: pairs.append((us[a],b,'clinc'))
    for u in us: pairs.append((i.replace('_',' '),u,'clinc'))
# --- Markdown docs in the clones: title/heading -> section
nd=0
for repo in os.listdir(M):
    if repo in ('rajpurkar+SQuAD-explorer',) or not os.path.isdir(M+repo+'/repo'): continue
    names=[n for n in ls(repo) if re.search(r'\.mdx?$',n) and not re.search(r'(zh|cn|ko|ja|fr|es|de|ru|pt)[-_/.]|changelog|license|node_modules',n.lower())]
    for n,t in zip(names,batch(repo,names)):
        if not t or len(t)>200000: continue
        t=re.sub(r'```.*?```',' ',t,flags=re.S); t=re.sub(r'<!--.*?-->',' ',t,flags=re.S); t=re.sub(r'<[^>]{1,300}>',' ',t)
        t=re.sub(r'!\[[^\]]*\]\([^)]*\)',' ',t); t=re.sub(r'\[([^\]]*)\]\([^)]*\)',r'\1',t); t=re.sub(r'^---\n.*?\n---\n','',t,flags=re.S)
        if len(re.findall(r'[^\x00-\x7f]',t))>0.1*len(t): continue
        parts=re.split(r'^(#{1,4} .*)$',t,flags=re.M)
        title=None
        for h,b in zip(parts[1::2],parts[2::2]):
            ht=ws(h.lstrip('#').strip('` ')); 
            if title is None and h.startswith('# '): title=ht
            b=ws(re.sub(r'[*_`>|]+',' ',b))
            if len(b)<80 or len(ht)<4: continue
            hh=ht if title in (None,ht) or random.random()<.5 else title+' '+ht
            pairs.append((hh,b[:1200],'docs')); nd+=1
print('docs sections',nd)
# --- English WordNet
try:
    import glob
    R='globalwordnet+english-wordnet'
    names=[n for n in ls(R) if n.startswith('src/yaml/') and n.endswith('.yaml') and 'entries' not in os.path.basename(n) and 'frames' not in n]
    k=0
    for n,t in zip(names,batch(R,names)):
        if not t: continue
        for blk in re.split(r'^(?=\d{8}-[a-z]:)',t,flags=re.M)[1:]:
            d=re.search(r'^  definition:\n((?:  - .*\n(?:    .*\n)*)+)',blk,re.M)
            mem=re.search(r'^  members:\n((?:  - .*\n)+)',blk,re.M)
            if not d or not mem: continue
            de=ws(re.sub(r'^  - ','',d.group(1).split('\n  - ')[0])).strip('\'"')
            ms=[x[4:].strip().strip('\'"').replace('_',' ') for x in mem.group(1).strip('\n').split('\n')]
            ex=re.search(r'^  example:\n((?:  - .*\n(?:    .*\n)*)+)',blk,re.M)
            pairs.append((', '.join(ms[:3]),de,'wn')); k+=1
            if len(ms)>1: pairs.append((ms[0],ms[1],'syn'))
    print('wordnet synsets',k)
except Exception as e: print('wn fail',e)
c=collections.Counter(p[2] for p in pairs); print(c)
json.dump(pairs,open(D+'pairs.json','w'))
# --- evals
def rd(s): return [(r['text'],r['category']) for r in csv.DictReader(io.StringIO(git('PolyAI-LDN+task-specific-datasets','show',f'HEAD:banking_data/{s}.csv').decode()))]
json.dump(dict(train=rd('train'),test=rd('test')),open(D+'banking.json','w'))
pq=json.loads(git('wasiahmad+PolicyQA','show','HEAD:data/dev.json'))
json.dump([dict(title=a['title'],p=p['context'],qas=[(q['question'],[x['text'] for x in q['answers']]) for q in p['qas']]) for a in pq['data'] for p in a['paragraphs']],open(D+'policyqa_dev.json','w'))
xq=json.loads(git('google-deepmind+xquad','show','HEAD:xquad.zh.json'))
json.dump([dict(title=a['title'],p=p['context'],qas=[(q['question'],[x['text'] for x in q['answers']]) for q in p['qas']]) for a in xq['data'] for p in a['paragraphs']],open(D+'xquad_zh.json','w'))
