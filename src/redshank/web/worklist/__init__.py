"""The worklist of the daily scan: what the night found, one line a child, group, place or record, and what people did with it.

============  ==========================================================================================
``items``     what an item is to one reader: its records, its hits, what is new since it was settled
``board``     the list: filters, where each line stands, unread, counts
``acts``      every act and its undoing; an act is added, never changed
``meetings``  what was raised or held: one owner and one next date, or a closing decision with a name
``registrar`` possible unrecorded crimes, with a clock (practice rule 17)
``asking``    a question to a colleague or a role, and the answer
``sweeping``  bulk dismissal of one known-wrong pattern, sampled by a second person (practice rule 5)
``rulebook``  each rule with its documentation and its measured precision
``waiting``   what cannot wait: acknowledged, and escalated until a person takes it (practice rule 16)
``firsts``    what of all this stands on first pages
============  ==========================================================================================

The line itself (``Item``) is a head of :mod:`redshank.web.heads`; it goes when its records grow old. What a person did
with it stays, so an act keeps what was shown with it.

Decided, and why:

* To undo is another act that names the first. Where an item stands is worked out from the acts that stand and kept for
  lists twice: from all acts, and without those that rest on handling C, so that a cleared person's act shows nobody else
  that there is something to act on.
* Only a verdict on one hit makes a rule's precision. An item is dismissed for many reasons; that the rule read a place of
  the text wrongly is said of that place.
* "Something new" is a set, not a date: a record, or a listed signal in other words, that was not there when the item was
  settled. A record that leaves the window, or comes again with the same words elsewhere, is nothing new.
* The list is put together in the process, from a few queries that the policy has filtered, since "new since" and "unread"
  compare sets. A line's signals, kinds and districts are those of its visible records, so that a closed record leaves no
  trace in a filter or a count. 3,000 lines took 0.4 s on a busy two-core machine; many more want a table at publishing.
"""
