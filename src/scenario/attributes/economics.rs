//! `[economics]`.

use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

const TAXES: &[Attribute] = &[
    Attribute::number("income_tax_rate", Range::between(0.0, 0.9), "income tax")
        .default("0.25", "enterprise income tax of China"),
    Attribute::new(
        "tax_free_years",
        Kind::Integer(Range::between(0.0, 60.0)),
        "first years free of income tax",
    )
    .default("0", "3 for listed public infrastructure in China (三免三减半)"),
    Attribute::new(
        "half_tax_years",
        Kind::Integer(Range::between(0.0, 60.0)),
        "years after them at half the rate",
    )
    .default("0", "3 for listed public infrastructure in China (三免三减半)"),
    Attribute::new(
        "loss_carry_years",
        Kind::Integer(Range::between(0.0, 60.0)),
        "years after a loss in which it may be set off",
    )
    .default("5", "enterprise income tax of China"),
    Attribute::number(
        "vat_rate",
        Range::between(0.0, 0.5),
        "VAT within prices and investments, with input credit",
    )
    .default("0.13", "VAT of China on electricity and equipment"),
    Attribute::number("opex_vat_rate", Range::between(0.0, 0.5), "VAT within operation and maintenance")
        .default("0.06", "VAT of China on services"),
    Attribute::number("surtax_rate", Range::between(0.0, 0.5), "surcharges on the VAT paid")
        .default("0.12", "urban construction 7 %, education 3 % and 2 % in China"),
    Attribute::number(
        "depreciation_years",
        Range::between(1.0, 60.0),
        "straight-line depreciation; a shorter life shortens it",
    )
    .default("20", "usual for power plants in China"),
    Attribute::number(
        "depreciation_residual",
        Range::SHARE,
        "share of the investment that is not written off",
    )
    .default("0.05", "usual in China"),
];

const LOAN: &[Attribute] = &[
    Attribute::number("debt_share", Range::SHARE, "lent share of the investment").default("0.0", ""),
    Attribute::number("loan_rate", Range::between(0.0, 0.5), "interest per year")
        .default("0.035", "five-year loan prime rate of China, mid-2025"),
    Attribute::new("loan_years", Kind::Integer(Range::between(1.0, 60.0)), "years of repayment")
        .default("15", "usual for power plants in China"),
    Attribute::new("loan_kind", Kind::Choice(&["annuity", "equal-principal"]), "how the loan is repaid")
        .default("\"annuity\"", ""),
];

const SHARING: &[Attribute] = &[
    Attribute::number(
        "host_share",
        Range::SHARE,
        "energy-service contract: share of the saving that stays with the park, the rest is the investor's",
    ),
    Attribute::new(
        "storage_host_shares",
        Kind::Numbers(Range::SHARE, 0),
        "the park's share of what storage saves, in steps such as [0.1, 0.2, 0.3]",
    ),
    Attribute::new(
        "storage_host_step_years",
        Kind::Integer(Range::between(1.0, 60.0)),
        "years of each step; the last holds on",
    )
    .default("3", "assumed"),
];

/// Money.
pub static ECONOMICS: TableSpec = TableSpec {
    name: "economics",
    doc: "Currency, discount rate, project life, taxes, loan, sharing.",
    attributes: &[
        &[
            Attribute::new("currency", Kind::Text, "currency of all prices").default("\"CNY\"", ""),
            Attribute::number("discount_rate", Range::between(0.0, 1.0), "real discount rate")
                .default("0.08", "commonly quoted hurdle in China, not verified"),
            Attribute::new("lifetime_years", Kind::Integer(Range::between(1.0, 60.0)), "project life")
                .default("25", "usual PV life"),
            Attribute::number(
                "price_growth_per_year",
                Range::between(-0.2, 0.2),
                "growth of energy prices over the price level",
            )
            .default("0.0", ""),
            Attribute::number(
                "opex_growth_per_year",
                Range::between(-0.2, 0.2),
                "growth of operation and maintenance over the price level",
            )
            .default("0.0", ""),
            Attribute::new(
                "degradation",
                Kind::Bool,
                "later years of the cash flow have aged PV and storage",
            )
            .default("true", ""),
        ],
        TAXES,
        LOAN,
        SHARING,
    ],
    id: "",
};
