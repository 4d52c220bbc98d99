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

**Around it.** `records.fill(archive, corpus)` writes the articles with all their states straight into an archive, as
perfect cleaning would have them; `records.url` and `pages.key` say what they are called there. `web.Web(corpus)` is the
papers as pages with links, for crawls without a server: `web.page(url)`, `web.links(url)`, `web.search(paper, words)`.
`serve.Served(corpus)` serves the same pages on twenty loopback addresses, in three layouts, with `served.sources` and a
log of requests; both know a `moment`, after which nothing is out yet. `links` says which article links to which, and
where its rates come from. `measure` scores what was found: `topic_score`, `copy_score`, `false_per_thousand`,
`harvest`, and the baselines `keyword_match` and `breadth_first`. `python -m tests.corpus` prints the figures.

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
