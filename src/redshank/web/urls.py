"""Every route. Each view declares its policy; a test walks this list with every role."""

from __future__ import annotations

from django.urls import path

from redshank.web.access import views as access
from redshank.web.accounts import provider
from redshank.web.accounts import views as accounts
from redshank.web.charts import views as charts
from redshank.web.childfile import views as childfile
from redshank.web.concerns import views as concerns
from redshank.web.flags import views as flags
from redshank.web.judgements import review as reviews
from redshank.web.judgements import views as judgements
from redshank.web.maps import views as maps
from redshank.web.matrix import views as matrix
from redshank.web.meetings.views import actions as tasks
from redshank.web.meetings.views import agencies, raised
from redshank.web.meetings.views import asking as commissions
from redshank.web.meetings.views import sitting as sittings
from redshank.web.missing import views as missing
from redshank.web.pages import explain, lists, night, today, watch
from redshank.web.pages.errors import nothing_here
from redshank.web.register import views as review
from redshank.web.searching import views as searching
from redshank.web.things import views as things
from redshank.web.worklist import views as work

urlpatterns = [
    path("healthz", watch.healthz, name="healthz"),
    path("sign-in", accounts.sign_in, name="sign-in"),
    path("sign-in/provider", provider.to_provider, name="provider"),
    path("sign-in/provider/back", provider.from_provider, name="provider-back"),
    path("demonstration", accounts.demonstration, name="demonstration"),
    path("sign-out", accounts.sign_out, name="sign-out"),
    path("second-factor", accounts.second_factor, name="second-factor"),
    path("", today.today, name="today"),
    path("night", night.night, name="night"),
    path("night/line", night.night_line, name="night-line"),
    path("urgent", work.urgent, name="urgent"),
    path("urgent/<str:person_id>/take", work.take, name="urgent-take"),
    path("urgent/<str:person_id>/give-back", work.give_back, name="urgent-give-back"),
    path("urgent/<str:person_id>/acknowledge", work.acknowledge, name="urgent-acknowledge"),
    path("worklist", work.worklist, name="worklist"),
    path("worklist/bulk", work.bulk, name="worklist-bulk"),
    path("worklist/views", work.save_view, name="view-save"),
    path("worklist/views/<int:number>/remove", work.drop_view, name="view-remove"),
    path("worklist/items/<str:about>/<path:ident>", work.item, name="item"),
    path("worklist/verdict/<str:about>/<path:ident>", work.verdict, name="item-verdict"),
    path("worklist/raise/<str:about>/<path:ident>", work.put, name="item-raise"),
    path("worklist/refer/<str:about>/<path:ident>", work.refer, name="item-refer"),
    path("worklist/ask/<str:about>/<path:ident>", work.ask, name="item-ask"),
    path("worklist/unread/<str:about>/<path:ident>", work.unread, name="item-unread"),
    path("worklist/undo/<int:number>", work.undo, name="act-undo"),
    path("worklist/dismissals", work.sweeps, name="sweeps"),
    path("worklist/dismissals/propose", work.sweep_propose, name="sweep-propose"),
    path("worklist/dismissals/<int:number>", work.sweep, name="sweep"),
    path("worklist/dismissals/<int:number>/decide", work.decide_sweep, name="sweep-decide"),
    path("raised", raised.raised, name="raised"),
    path("raised/<int:number>", raised.raised_one, name="raised-one"),
    path("raised/<int:number>/settle", raised.settle, name="raised-settle"),
    path("raised/<int:number>/split", raised.split, name="raised-split"),
    path("raised/<int:number>/merge", raised.merge, name="raised-merge"),
    path("raised/<int:number>/views", agencies.views, name="raised-views"),
    path("raised/<int:number>/action", tasks.action_make, name="action-make"),
    path("raised/<int:number>/commission", commissions.commission_make, name="commission-make"),
    path("raise", raised.raise_named, name="raise-named"),
    path("raise/<str:about>/<path:ident>", raised.raise_thing, name="raise"),
    path("meetings", sittings.meetings, name="meetings"),
    path("meetings/<str:meeting>", sittings.body, name="meeting"),
    path("meetings/<str:meeting>/calendar.ics", sittings.calendar, name="meeting-calendar"),
    path("meetings/<str:meeting>/<str:day>", sittings.sitting, name="sitting"),
    path("meetings/<str:meeting>/<str:day>/act", sittings.sitting_act, name="sitting-act"),
    path("meetings/<str:meeting>/<str:day>/attend", sittings.attend, name="sitting-attend"),
    path("actions", tasks.actions, name="actions"),
    path("actions/<int:number>", tasks.action, name="action"),
    path("actions/<int:number>/step", tasks.action_step, name="action-step"),
    path("commissions/<int:number>", commissions.commission, name="commission"),
    path("commissions/<int:number>/act", commissions.commission_act, name="commission-act"),
    path("registrar", work.referrals, name="registrar"),
    path("registrar/<int:number>", work.referral, name="referral"),
    path("registrar/<int:number>/decide", work.rule_on, name="referral-decide"),
    path("registrar/<int:number>/add", work.add, name="referral-add"),
    path("questions", work.questions, name="questions"),
    path("questions/<int:number>", work.question, name="question"),
    path("questions/<int:number>/answer", work.answer, name="question-answer"),
    path("rules", work.rules, name="rules"),
    path("rules/<str:rule>", work.rule, name="rule"),
    path("groups", lists.groups, name="groups"),
    path("children", lists.children, name="children"),
    path("records", lists.records, name="records"),
    path("places", lists.places, name="places"),
    path("lines", lists.lines, name="lines"),
    path("language", lists.language, name="language"),
    path("quarantine", lists.quarantine, name="quarantine"),
    path("missing", missing.missing, name="missing"),
    path("missing/<str:person_id>", missing.child, name="missing-child"),
    path("missing/<str:person_id>/look", missing.look, name="missing-look"),
    path("missing/<str:person_id>/refer", missing.refer, name="missing-refer"),
    path("behind/<str:kind>/<str:ident>", lists.behind, name="behind"),
    path("groups/<str:group_id>", explain.group, name="group"),
    path("groups/<str:group_id>/chart.json", charts.chart, name="group-chart"),
    path("groups/<str:group_id>/aside", charts.aside, name="group-aside"),
    path("groups/<str:group_id>/files/<str:name>", charts.export, name="group-file"),
    path("children/<str:person_id>", explain.child, name="child"),
    path("children/<str:person_id>/file", childfile.file, name="child-file"),
    path("children/<str:person_id>/file/<str:kind>", childfile.add, name="child-file-add"),
    path("persons/<str:person_id>", explain.person, name="person"),
    path("places/<str:cell>", explain.place, name="place"),
    path("lines/<str:line_ref>", explain.line, name="line"),
    path("records/<str:kind>/<path:ref>", explain.record, name="record"),
    path("map", maps.profile_map, name="map"),
    path("map/cells.json", maps.cells, name="map-cells"),
    path("map/files/<str:name>", maps.export, name="map-file"),
    path("things/<str:kind>/<path:ident>", things.thing, name="thing"),
    path("flags", flags.register, name="register"),
    path("flags/register.csv", flags.register_csv, name="register-csv"),
    path("flags/propose/<str:about>/<path:ident>", flags.propose, name="flag-propose"),
    path("flags/<int:number>", flags.flag, name="flag"),
    path("flags/<int:number>/decide", flags.decide, name="flag-decide"),
    path("flags/<int:number>/withdraw", flags.withdraw, name="flag-withdraw"),
    path("concerns", concerns.concerns, name="concerns"),
    path("concerns/raise", concerns.raise_concern, name="concern-raise"),
    path("concerns/advice", concerns.advise, name="concern-advise"),
    path("concerns/<int:number>", concerns.concern, name="concern"),
    path("concerns/<int:number>/answer", concerns.answer, name="concern-answer"),
    path("concerns/<int:number>/add", concerns.add, name="concern-add"),
    path("matrix", matrix.editions, name="editions"),
    path("matrix/<int:number>", matrix.edition, name="edition"),
    path("matrix/<int:number>.csv", matrix.edition_csv, name="edition-csv"),
    path("matrix/<int:number>/add", matrix.add, name="edition-add"),
    path("matrix/<int:number>/comment", matrix.comment, name="edition-comment"),
    path("matrix/<int:number>/sign", matrix.sign, name="edition-sign"),
    path("matrix/<int:number>/freeze", matrix.freeze, name="edition-freeze"),
    path("matrix/<int:number>/compare", matrix.differences, name="edition-compare"),
    path("matrix/<int:number>/children/<str:ident>", matrix.row, name="edition-row"),
    path("matrix/<int:number>/children/<str:ident>/act", matrix.act, name="edition-act"),
    path("matrix/<int:number>/children/<str:ident>/raise", matrix.raise_child, name="edition-raise"),
    path("flags/<int:number>/texts", review.sent, name="flag-texts"),
    path("flags/differences", review.differences, name="register-differences"),
    path("flags/differences.csv", review.differences_csv, name="register-differences-csv"),
    path("flags/again", review.again, name="register-again"),
    path("flags/closed-crimes", review.closed, name="register-closed"),
    path("flags/samples", review.samples, name="register-samples"),
    path("flags/samples/<int:number>", review.sample, name="register-sample"),
    path("flags/samples/<int:number>/<int:flag_number>", review.look, name="register-look"),
    path("people", accounts.people, name="people"),
    path("people/<str:username>", access.account, name="account"),
    path("team", access.team, name="team"),
    path("team/<str:username>", access.certify, name="team-certify"),
    path("sight", access.overview, name="sight"),
    path("sight/restrictions/<int:number>/grant", access.grant, name="sight-grant"),
    path("sight/<str:what>/<int:number>/end", access.end, name="sight-end"),
    path("sight/<str:kind>/<path:ident>", access.of_thing, name="sight-thing"),
    path("asks", access.asks, name="asks"),
    path("asks/<int:number>/answer", access.answer, name="ask-answer"),
    path("why/<str:kind>/<path:ident>", access.why, name="why"),
    path("handover", accounts.handover, name="handover"),
    path("handover/<int:number>/sign", accounts.sign_handover, name="handover-sign"),
    path("trail", watch.trail, name="trail"),
    path("judgements", judgements.judgements, name="judgements"),
    path("judgements/<int:number>", judgements.judgement, name="judgement"),
    path("judgements/<int:number>/withdraw", judgements.withdraw, name="judgement-withdraw"),
    path("persons/<str:person_id>/judge", judgements.person, name="judge-person"),
    path("persons/<str:person_id>/judge/apart", judgements.split, name="judge-split"),
    path("persons/<str:person_id>/judge/<str:other_id>", judgements.compare, name="judge-compare"),
    path("groups/<str:group_id>/judge", judgements.group, name="judge-group"),
    path("review", reviews.review, name="review"),
    path("review/agreement", reviews.agreement, name="agreement"),
    path("search", searching.search, name="search"),
    path("reason", searching.give_reason, name="reason"),
    path("reads", searching.reads, name="reads"),
    path("reads/<int:number>/check", searching.check, name="reads-check"),
]
handler404 = nothing_here
handler500 = "redshank.web.pages.errors.defect"
handler403 = "redshank.web.pages.errors.expired"
handler400 = "redshank.web.pages.errors.expired"
