"""What a newcomer's demonstration holds of the register, products and returns: made by the acts that people use, once."""

from __future__ import annotations


def test_the_demonstration_has_a_flag_a_signed_profile_a_draft_a_read_bulletin_and_a_frozen_return(sign_in):
    from redshank.web.accounts import demonstration
    from redshank.web.flags.models import Flag
    from redshank.web.products import demonstration as products
    from redshank.web.products.acts import is_whole
    from redshank.web.products.first import past_term
    from redshank.web.products.models import Product, Receipt
    from redshank.web.returns import demonstration as returns
    from redshank.web.returns.models import Return

    demonstration.make_accounts()
    for _ in range(2):  # the second time nothing is added
        products.seed()
        returns.seed()
    assert list(Flag.objects.values_list("state", flat=True)) == ["confirmed"]
    made = sorted(Product.objects.values_list("code", "number", "state"))
    assert made == [("exploitation-bulletin", 1, "signed"), ("problem-profile", 1, "signed"), ("problem-profile", 2, "draft")]  # fmt: skip
    assert all(is_whole(p) for p in Product.objects.all())
    assert Receipt.objects.get().product.code == "exploitation-bulletin"
    (of,) = Return.objects.all()
    assert of.frozen_at is not None
    assert [v.kind for v in of.versions.all()] == ["partial"]
    lead = sign_in("safeguarding_lead").user
    assert (
        "problem profile" not in " ".join(t.text for t in past_term(lead, lead.as_role.purpose).lines).lower()
    )
