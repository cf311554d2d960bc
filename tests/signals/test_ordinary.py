"""Ordinary police business must stay silent: hotels, taxis, phones, money, school, drink, threats between adults."""

import datetime as dt

import pytest

from redshank.signals.ready import signal_engine

SENTENCES = """
Guest refused to leave the hotel after his card was declined.
Hotel manager reports damage to a bedroom door.
Taxi driver reports a passenger made off without paying the fare.
Taxi collided with a parked van outside the station.
Mobile phone snatched by a male on a moped.
Two phones stolen from a shop display.
Victim's handbag containing cash and cards taken from her car.
School reports that windows were smashed over the weekend.
Male drunk and disorderly outside a public house.
Driver failed a roadside breath test.
Neighbour threatened the caller over a parking space.
Husband and wife arguing over money, no injuries.
Ex-partner sending abusive messages to the caller on Facebook.
Woman scammed by a man she met on a dating site.
Elderly man missing from a care home for the elderly, aged 84.
Adult male, 45, reported missing by his wife.
Burglary at a takeaway, till emptied.
Two men fighting in the street.
Group of males causing a nuisance by the bus stop.
Vehicle seized for no insurance.
Cannabis smell reported in a stairwell.
Man arrested for possession of cocaine.
Landlord owed rent by tenant.
Bailiffs attended over unpaid council tax.
Shop worker assaulted by a customer.
Shoplifter detained by store staff.
Bank card used fraudulently online.
Car stolen from a driveway overnight.
Lorry overturned on the dual carriageway.
Swan on the carriageway, traffic slowing.
Man fell from ladder and injured his arm.
Woman has bruising after a fall on ice.
Lost property: a gold watch.
Noise from a house party, occupants advised.
Firearm licence renewal visit completed.
Football supporters drinking in the town centre.
Licensing check at a nightclub, all in order.
Taxi licensing checks carried out at the rank.
Caller's ex-husband followed her in his car.
Couple had an argument in a hotel room.
Man in possession of two phones and a knife arrested for robbery.
Cash machine damaged.
Suspicious male looking into parked cars.
Drone seen over the prison.
Dog bit a postman.
Lodger stole jewellery from the house.
Tenant threatened by landlord over rent.
Fire at a warehouse, suspected arson.
Pedestrian struck by a van.
Passenger assaulted on the train to Leeds.
Man found asleep in a taxi.
Train ticket machine vandalised.
Victim transferred money to an unknown account.
Motorist threatened with a bat.
Caller received a text from an unknown number.
Man reported his wallet missing.
Colleague absent from work and not answering the phone.
Employee suspended from work for theft.
Burglar alarm activated at the college.
Road closed outside the primary school owing to a burst main.
Bus driver reports a drunk passenger.
Hotel guest reports theft of a laptop.
Security staff ejected two men from the bar.
Drunk woman refused service at an off-licence.
Older male fell in the car park and was helped by staff.
Two males seen trying car doors.
Gang of thieves stole lead from a church.
Suspect made off in a silver Audi.
Prisoner transported to another police station.
Officer injured while arresting a man.
Domestic incident between brothers aged 30 and 34.
Man warned about his behaviour towards his neighbour.
Nightclub doorman assaulted.
Woman reports that her drink was spiked in a bar.
Man locked out of his flat.
Cyclist knocked off by a taxi.
Delivery driver robbed of his phone.
Estate agent reports squatters in a flat.
Restaurant customer left without paying.
Two women argued over a parking ticket.
Caravan stolen from a storage yard.
Adult offender breached his court curfew.
Theft of diesel from a yard.
Man wanted on warrant arrested at his home address.
Victim of fraud lost £900 online.
A man threatened staff at the job centre over his payments.
Elderly woman befriended by a man who now has her bank card.
Builder owed money by a customer.
""".strip().splitlines()
CHILD_BUT_NOTHING = """
The child fell off her bike and was taken to hospital by her mother.
Children playing football in the road; parents spoken to.
A boy aged 12 lost his coat at the swimming pool.
The girl was collected by her mother in the family car.
Teenage shoplifter returned goods and apologised with her father.
Lost child found in the market and reunited with parents.
Pupils held a charity cake sale.
The boy reported that his bike was stolen.
Child locked in car by accident, freed by fire service.
Baby left at nursery collected late by grandmother.
""".strip().splitlines()
DAY = dt.date(2026, 3, 1)


def test_there_are_enough():
    assert len(SENTENCES) >= 80


@pytest.mark.parametrize("text", SENTENCES + CHILD_BUT_NOTHING)
def test_silent(text):
    hits = signal_engine().read(text, "incidents", DAY)
    assert not hits, [(h.rule.id, text[h.start : h.end]) for h in hits]
