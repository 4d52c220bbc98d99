"""A generated newsroom with labelled truth: some 5,200 articles of twenty invented papers over eight weeks.

What it is for: measuring relevance to topics, focused crawls, copies and the link graph on texts whose truth is known.
Everything in it is invented; nothing stands in any paper.

    corpus = Corpus(seed=1, generator="A")       # some seconds; size=600 for quick tests
    corpus.articles                              # by time; article.story: title, lead, paragraphs, tags
    corpus.topics; corpus.relation(topic, a)     # "in", "near", "mixed" (a roundup: leave it out of scores), "out"
    corpus.families                              # a text, its owner, the papers that ran it: changes, credit, delay
    corpus.pairs                                 # all true pairs; score those with .clear
    corpus.negatives                             # pairs that look alike and are no copies, with why

**Generators.** A (`grown`) spells sentences out of a stock of phrases (`stock/*.txt`): a report has an opening,
details, quotations, figures, background, what was seen, reactions, an outlook; its persons and places stay the same.
B (`mixed`) knows no grammar: see there. Thresholds tuned on one should hold on the other, and for other seeds.

**Topics** are eight; a fifth of the corpus, 60 to 250 articles each in 9 to 15 papers. A fifth of a topic's reports
avoid its key phrases; all may use its other words, its bodies and its persons. **Near-topics** share words with a topic
and are not of it; an eighth of their reports touch the topic in one paragraph, of the plain news one in thirty.

**Copies.** Of a quarter of the events one text goes round: the agency's or a paper's, run by one to six papers, word
for word or retitled, trimmed, cluttered with foreign lines, corrected, with another lead, with own paragraphs at the
end, and merged into roundups; credited or not; sometimes printed before its owner does. **Look-alikes**: columns with
the same wording in several papers and nearly the same numbers, lists of headlines, own reports of one event, own
reports that quote the same speech, lists of who was there.
"""

from tests.corpus.corpus import SIZE, WRITERS, Corpus
from tests.corpus.truth import Article, Edit, Family, Link, Member, Negative, Pair, Paper

__all__ = ["SIZE", "WRITERS", "Article", "Corpus", "Edit", "Family", "Link", "Member", "Negative", "Pair", "Paper"]
