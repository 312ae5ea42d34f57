# ruff: noqa: E501
"""Every word of the page, in English and Chinese, side by side; no other module holds a sentence.

A name in braces stands for a fact or a day: ``{top.share}`` is the number with its unit,
``{top.share|range}`` its interval, ``|low`` and ``|high`` the ends, ``|n`` the bare number,
``|base`` what it refers to; ``{now.first}`` and ``{now.last}`` are the days of a window, and
``{months}`` is its length. The Chinese terms are those of ``data/terms.csv``.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["en", "zh"]
Pair: TypeAlias = tuple[str, str]

LANGUAGES: dict[str, str] = {"en": "en", "zh": "zh-CN"}

# unit: one of it, several of it, Chinese; the unit as a heading in both
UNITS: dict[str, tuple[str, str, str]] = {
    "customers": ("customer", "customers", "位客户"),
    "purchases": ("purchase", "purchases", "次购买"),
    "rows": ("row", "rows", "行"),
    "cells": ("cell", "cells", "个单元格"),
    "answers": ("answer", "answers", "份答卷"),
    "complaints": ("complaint", "complaints", "件投诉"),
    "models": ("model", "models", "个模型"),
    "points": ("point", "points", "分"),
    "index": ("", "", ""),
    "per_thousand": ("", "", ""),
    "money": ("", "", ""),
    "rounded": ("", "", ""),
    "share": ("", "", ""),
}
HEADINGS: dict[str, Pair] = {
    "customers": ("customers", "位客户"),
    "purchases": ("purchases", "次购买"),
    "rows": ("rows", "行"),
    "cells": ("cells", "个单元格"),
    "answers": ("answers", "份答卷"),
    "complaints": ("complaints", "件投诉"),
    "models": ("models", "个模型"),
    "points": ("points", "分"),
    "index": ("from 0 to 1", "0 到 1"),
    "per_thousand": ("per 1,000 purchases", "每 1,000 次购买"),
    "money": ("money", "金额"),
    "rounded": ("money", "金额"),
    "share": ("share", "占比"),
}
BASIS: dict[str, Pair] = {
    "counted": ("counted", "计数"),
    "estimated": ("estimated", "估计"),
    "models": ("lowest to highest model", "最低至最高模型"),
    "derived": ("from estimates", "由估计值算出"),
    "given": ("assumed", "假设"),
}
COLUMNS: dict[str, Pair] = {
    "section": ("part", "部分"),
    "number": ("number", "指标"),
    "estimate": ("value", "数值"),
    "interval": ("95 % interval", "95% 置信区间"),
    "unit": ("unit", "单位"),
    "window": ("window", "观察窗口"),
    "denominator": ("out of", "统计基数"),
    "basis": ("how known", "得来方式"),
}
PARTS: dict[str, Pair] = {
    "decisions": ("Three decisions, and what would change them", "三项决定，以及什么会改变它们"),
    "customers": ("How many customers there are", "客户有多少"),
    "concentration": ("What the largest customers bring", "最大的客户带来多少"),
    "worth": ("What they are worth in the next 12 months", "未来 12 个月他们值多少"),
    "tiers": ("The tiers of customers", "客户层级"),
    "satisfaction": ("How satisfied they are", "客户是否满意"),
    "complaints": ("Complaints", "投诉"),
    "change": ("What has changed", "有什么变化"),
    "left_out": ("What was left out, or counted in a special way", "剔除的与特别处理的"),
    "absent": ("What this page does not say, and why", "本页没有说什么，为什么"),
    "numbers": ("All numbers of this page", "本页的全部数字"),
}
PAGE: dict[str, Pair] = {
    "title": ("Our customers on one page", "一页看清我们的客户"),
    "source": (
        "From {source}: {rows.all} of sales, {all.first} to {all.last}. {currency}",
        "来源：{source}，{rows.all}销售记录，{all.first}至{all.last}。{currency}",
    ),
    "currency": ("Money is in {sign}.", "金额单位为 {sign}。"),
    "no currency": (
        "Money is in the currency of the sales record.",
        "金额以销售记录的货币计。",
    ),
    "read": (
        "How to read it: a number with a range is estimated. Ranges made in this way hold the true "
        "value in about 95 of 100 cases, if the future and the customers are like those that were "
        "seen. An estimated number is rounded to three digits. A counted number has no range.",
        "读法：带区间的数字是估计值。只要未来和客户与所见的相似，用这种方法做出的区间，"
        "100 次中约有 95 次包含真值。估计值取三位有效数字。计数得来的数字没有区间。",
    ),
    "windows": ("The windows: ", "观察窗口："),
    "changes": ("What would change it", "什么会改变它"),
    "before": ("before", "上期"),
    "now": ("now", "本期"),
    "difference": ("difference", "差额"),
    "nothing": ("Nothing.", "没有。"),
    "to": ("{low} to {high}", "{low} 至 {high}"),
    "month": ("month", "一个月"),
    "months": ("{n} months", "{n}个月"),
}
WINDOWS: dict[str, Pair] = {
    "all": ("whole record", "全部记录"),
    "year": ("last 12 months", "最近 12 个月"),
    "now": ("now", "本期"),
    "before": ("before", "上期"),
    "next": ("next 12 months", "未来 12 个月"),
    "quarter": ("next 13 weeks", "未来 13 周"),
    "check": ("test", "检验期"),
    "survey": ("last survey", "最近一次调查"),
    "surveys": ("last two surveys", "最近两次调查"),
}
TILES: dict[str, Pair] = {
    "customers.now": ("bought in the last {months}", "在最近{months}购买过"),
    "customers.all": ("bought at least once", "至少购买过一次"),
    "sales.now": ("sales in the last {months}", "最近{months}的销售额"),
    "sales.all": ("sales, refunds taken off", "销售额（已扣退款）"),
    "top.share": ("of sales from the largest fifth", "的销售额来自最大的五分之一客户"),
    "worth.total": (
        "sales expected from {worth.total|base} in the next 12 months",
        "预计{worth.total|base}未来 12 个月的销售额",
    ),
    "worth.margin": (
        "contribution expected from {worth.total|base} in the next 12 months",
        "预计{worth.total|base}未来 12 个月的边际贡献",
    ),
}

SENTENCES: dict[str, Pair] = {
    "customers.known": (
        "{customers.all} bought at least once from {all.first} to {all.last}. They are counted, not "
        "estimated: each row of the sales record names its customer. A person with two customer "
        "numbers counts twice.",
        "从{all.first}到{all.last}，{customers.all}至少购买过一次。"
        "这个数字是数出来的，不是估计的：销售记录的每一行都写明了客户。"
        "一个人若有两个客户编号，就算作两位客户。",
    ),
    "customers.now": (
        "{customers.now} bought in the last {months}; new among them: {customers.new|n}.",
        "最近{months}有{customers.now}购买，其中第一次购买的有{customers.new|n}位。",
    ),
    "customers.again": (
        "{customers.again} of all have bought on at least two days ({customers.again|range}).",
        "全部客户中有{customers.again}至少在两天购买过（{customers.again|range}）。",
    ),
    "customers.alive": (
        "Most customers leave without a word, so nobody can count those who will buy again. The "
        "models put them between {customers.alive|low} and {customers.alive|high} of "
        "{customers.alive|base}.",
        "大多数客户不声不响地离开，所以没有人能数出谁还会再买。"
        "各模型的估计是：{customers.alive|base}中，仍会购买的在"
        "{customers.alive|low}到{customers.alive|high}之间。",
    ),
    "top.share": (
        "From {now.first} to {now.last} the largest fifth of {top.share|base} with sales above 0 "
        "brought {top.share} of the sales ({top.share|range}). The other four fifths brought "
        "{rest.share}.",
        "从{now.first}到{now.last}，在销售额大于 0 的{top.share|base}中，最大的五分之一带来了{top.share}的销售额"
        "（头部占比，{top.share|range}）。其余五分之四带来{rest.share}。",
    ),
    "top.gini": (
        "The Gini coefficient is {top.gini} ({top.gini|range}). It is 0 if all customers spend the "
        "same, and close to 1 if one customer spends everything.",
        "基尼系数为{top.gini}（{top.gini|range}）。所有客户花费相同时它是 0，"
        "全部花费集中于一位客户时它接近 1。",
    ),
    "top.later": (
        "The largest fifth of the window before held {top.before} then. The same customers hold "
        "{top.later} now ({top.later|range}), among those who bought in the window before.",
        "上期最大的五分之一客户当时占{top.before}。在上期买过的客户中，"
        "同样这些人本期占{top.later}（{top.later|range}）。",
    ),
    "top.few": (
        "The customers are few, and some of them hold most of the sales. The ranges of these "
        "shares and of the coefficient may then be too narrow: about nine of ten hold the truth, "
        "not nineteen of twenty.",
        "客户不多，其中少数几位占了大部分销售额。这时占比和系数的区间可能偏窄："
        "约十分之九而不是二十分之十九的区间包含真值。",
    ),
    "worth.sales": (
        "The {worth.total|base} of the forecast are expected to spend {worth.total} from {next.first} to {next.last} ({worth.total|range}), which is {worth.mean} each. These are sales, not profit. New customers are not in this number.",
        "预测所含的{worth.total|base}从{next.first}到{next.last}预计花费{worth.total}（{worth.total|range}），平均每人{worth.mean}。这是销售额，不是利润。新客户不在其中。",
    ),
    "worth.margin": (
        "The {worth.total|base} of the forecast are expected to bring {worth.total} from {next.first} to {next.last} ({worth.total|range}), which is {worth.mean} each. This is contribution: {worth.kept} of sales, the rest being the costs of the purchases. New customers are not in this number.",
        "预测所含的{worth.total|base}从{next.first}到{next.last}预计带来{worth.total}（{worth.total|range}），平均每人{worth.mean}。这是边际贡献，即销售额的{worth.kept}，其余是这些购买本身的成本。新客户不在其中。",
    ),
    "worth.apart": (
        "A model is a rule that makes a forecast from past purchases. This is the answer of the "
        "{best}, which fits these purchases best. {worth.apart|base} that read the same purchases "
        "disagree: the highest answer is {worth.apart} above the lowest. The range of one model does "
        "not include this.",
        "模型是由过去的购买推算未来的规则。这是拟合最好的{best}的答案。读同样的购买记录，{worth.apart|base}的答案并不一致："
        "最高的比最低的高出{worth.apart}。单个模型的区间不包括这种差别。",
    ),
    "worth.held": (
        "A test: on {check.start} the same method would have expected {check.expected} from then to "
        "{check.last} ({check.expected|range}). {check.came|n} came, which is within the range.",
        "检验：若在{check.start}用同样的方法预测，到{check.last}预计有{check.expected}"
        "（{check.expected|range}）。实际发生{check.came|n}次，在区间之内。",
    ),
    "worth.fewer": (
        "A test: on {check.start} the same method would have expected {check.expected} from then to "
        "{check.last} ({check.expected|range}). {check.came|n} came, {check.off} fewer, which is "
        "outside the range. The next year may miss its range as well.",
        "检验：若在{check.start}用同样的方法预测，到{check.last}预计有{check.expected}"
        "（{check.expected|range}）。实际发生{check.came|n}次，少{check.off}，在区间之外。"
        "未来一年同样可能落在区间之外。",
    ),
    "worth.more": (
        "A test: on {check.start} the same method would have expected {check.expected} from then to "
        "{check.last} ({check.expected|range}). {check.came|n} came, {check.off} more, which is "
        "outside the range. The next year may miss its range as well.",
        "检验：若在{check.start}用同样的方法预测，到{check.last}预计有{check.expected}"
        "（{check.expected|range}）。实际发生{check.came|n}次，多{check.off}，在区间之外。"
        "未来一年同样可能落在区间之外。",
    ),
    "worth.past": (
        "From {year.first} to {year.last} customers of this kind brought {worth.past}; that includes "
        "those who were new then.",
        "从{year.first}到{year.last}，这类客户带来{worth.past}，其中包括当时的新客户。",
    ),
    "worth.correlated": (
        "Customers who buy often spend clearly more, or less, at a time than others. The model of "
        "spending does not know this, so the total may be too low or too high.",
        "常买的客户每次花费明显高于或低于其他客户。花费模型不知道这一点，所以总额可能偏低或偏高。",
    ),
    "out.bound": (
        "Customers with a contract or an account are not in the forecast, since they do not just stay away: {out.bound|n}. They brought {out.bound_money} from {now.first} to {now.last}.",
        "有合同或账户的客户不在预测之内，因为他们不会不声不响地离开：{out.bound|n}位。从{now.first}到{now.last}，他们带来{out.bound_money}。",
    ),
    "tiers.sales": (
        "We order the customers by what they spent from {now.first} to {now.last}. From the largest down, those who bring the first 80\u00a0% of the sales are key customers, the next 15\u00a0% ordinary and the last 5\u00a0% small customers; equal customers stay together. Key: {key.customers}, {key.heads} of all, with {key.share} of the sales. Ordinary: {ordinary.customers} with {ordinary.share}. Small: {small.customers} with {small.share}.",
        "我们按{now.first}至{now.last}的花费给客户排序。带来前 80% 的是关键客户，带来其后 15% 的是普通客户，带来最后 5% 的是小客户，花费相同的客户归在一起。关键客户：{key.customers}，占全部的{key.heads}，带来{key.share}的销售额；普通客户：{ordinary.customers}，带来{ordinary.share}；小客户：{small.customers}，带来{small.share}。",
    ),
    "tiers.profit": (
        "We order the customers by the profit that each brought from {now.first} to {now.last}: margin less the known costs of contacts. From the largest down, those who bring the first 80\u00a0% of the profit are key customers, the next 15\u00a0% ordinary and the last 5\u00a0% small customers; equal customers stay together. Key: {key.customers}, {key.heads} of all, with {key.share} of the profit. Ordinary: {ordinary.customers} with {ordinary.share}. Small: {small.customers} with {small.share}.",
        "我们按每位客户从{now.first}到{now.last}带来的利润（毛利减去已知的接触成本）排序。带来前 80% 的是关键客户，带来其后 15% 的是普通客户，带来最后 5% 的是小客户，利润相同的客户归在一起。关键客户：{key.customers}，占全部的{key.heads}，带来{key.share}的利润；普通客户：{ordinary.customers}，带来{ordinary.share}；小客户：{small.customers}，带来{small.share}。",
    ),
    "tiers.cost": (
        "In this window a key customer cost us {key.cost} in contacts ({key.cost|range}), an "
        "ordinary customer {ordinary.cost} ({ordinary.cost|range}) and a small customer {small.cost} "
        "({small.cost|range}).",
        "本期的服务成本：每位关键客户{key.cost}（{key.cost|range}），"
        "每位普通客户{ordinary.cost}（{ordinary.cost|range}），每位小客户{small.cost}（{small.cost|range}）。",
    ),
    "tiers.moves": (
        "Of {key.kept|base} who were key in the window before, {key.kept} are key now "
        "({key.kept|range}), and {key.lost} were not seen at all ({key.lost|range}).",
        "上期有{key.kept|base}是关键客户，其中{key.kept}本期仍是关键客户（{key.kept|range}），"
        "{key.lost}本期完全没有出现（{key.lost|range}）。",
    ),
    "satisfaction.index": (
        "The satisfaction index of the last survey is {satisfaction.index} of 100 "
        "({satisfaction.index|range}), from {satisfaction.index|base}. It does not speak for those "
        "who did not answer.",
        "最近一次调查的满意度指数为{satisfaction.index}（满分 100，{satisfaction.index|range}），"
        "来自{satisfaction.index|base}。它不代表没有作答的人。",
    ),
    "satisfaction.nps": (
        "The net promoter score is {satisfaction.nps} ({satisfaction.nps|range}), on a scale from "
        "−100 to 100.",
        "净推荐值为{satisfaction.nps}（{satisfaction.nps|range}），范围从 −100 到 100。",
    ),
    "satisfaction.change": (
        "{satisfaction.change|base} answered in both of the last two surveys. Their index moved by "
        "{satisfaction.change} ({satisfaction.change|range}). If the range holds 0, no change is "
        "shown.",
        "{satisfaction.change|base}在最近两次调查中都作了答。他们的指数变动了{satisfaction.change}"
        "（{satisfaction.change|range}）。区间若包含 0，就没有显示出变化。",
    ),
    "complaints.now": (
        "{complaints.now} came from {now.first} to {now.last}: {complaint_rate.now} for each 1,000 "
        "purchases ({complaint_rate.now|range}). Customers who say nothing are not counted.",
        "从{now.first}到{now.last}共有{complaints.now}，投诉率为每 1,000 次购买"
        "{complaint_rate.now}件（{complaint_rate.now|range}）。什么也不说的客户没有计入。",
    ),
    "complaints.before": (
        "In the window before there were {complaints.before}, {complaint_rate.before} for each 1,000 "
        "purchases ({complaint_rate.before|range}).",
        "上期有{complaints.before}，每 1,000 次购买{complaint_rate.before}件"
        "（{complaint_rate.before|range}）。",
    ),
    "complaints.open": (
        "{complaints.open|n} of {complaints.open|base} of this window are still open.",
        "本期的{complaints.open|base}中，还有{complaints.open|n}件没有结案。",
    ),
    "change.sales": (
        "Sales were {sales.now} from {now.first} to {now.last} and {sales.before} in the {months} "
        "before. The difference is {sales.change} ({sales.change|range}).",
        "从{now.first}到{now.last}的销售额为{sales.now}，之前{months}为{sales.before}。"
        "差额为{sales.change}（{sales.change|range}）。",
    ),
    "change.chance": (
        "That range holds 0, so the difference may be chance.",
        "这个区间包含 0，差额可能只是偶然。",
    ),
    "change.sales_few": (
        "Sales were {sales.now} from {now.first} to {now.last} and {sales.before} in the {months} before. The difference is {sales.change}. With so few customers it has no interval: one purchase more or less can make it.",
        "从{now.first}到{now.last}的销售额为{sales.now}，之前{months}为{sales.before}。差额为{sales.change}。客户这么少，没有区间可言：多一次或少一次购买就可能造成这个差额。",
    ),
    "change.returned": (
        "Of {returned.share|base} who bought in the window before, {returned.share} bought again in "
        "this one ({returned.share|range}).",
        "上期购买过的{returned.share|base}中，{returned.share}本期再次购买（{returned.share|range}）。",
    ),
    "change.season": (
        "The two windows lie in different seasons of the year. A part of the difference may be the "
        "season.",
        "两个观察窗口处在一年中的不同季节，差额中可能有一部分只是季节所致。",
    ),
    "out.rows": (
        "Rows of the sales record that could not be read and are left out: {out.rows|n}. Their known amounts add up to {out.money}; rows among them with an unknown amount: {out.unknown|n}.",
        "销售记录中无法读取的剔除行：{out.rows|n}行，没有计入。其中已知金额合计{out.money}，金额不明的有{out.unknown|n}行。",
    ),
    "out.other": (
        "Rows of other tables that could not be read and are left out: {out.other|n}.",
        "其他表中无法读取、没有计入的：{out.other|n}行。",
    ),
    "out.cells": (
        "Cells that could not be read and count as empty: {out.cells|n}. Their rows are kept.",
        "无法读取、按空白处理的单元格：{out.cells|n}个。所在的行仍然保留。",
    ),
    "out.refunds": (
        "Refunds: {out.refund_rows}, {out.refund_money} in all. A refund is no purchase; it is taken off the sales of its day.",
        "退款：{out.refund_rows}，合计{out.refund_money}。退款不是购买，从当日的销售额中扣除。",
    ),
    "out.refund_share": (
        "Refunds are {out.refund_share} of the money of all purchases.",
        "退款占全部购买金额的{out.refund_share}。",
    ),
    "out.row_now": (
        "One row of the sales record says {row.money}. That is {row.share} of all purchases from {now.first} to {now.last}. If the row is a mistake, most numbers on this page are wrong.",
        "销售记录中有一行的金额是{row.money}，占{now.first}至{now.last}全部购买金额的{row.share}。如果这一行是错的，本页的多数数字都不对。",
    ),
    "out.row_all": (
        "One row of the sales record says {row.money}. That is {row.share} of all purchases from {all.first} to {all.last}. If the row is a mistake, most numbers on this page are wrong.",
        "销售记录中有一行的金额是{row.money}，占{all.first}至{all.last}全部购买金额的{row.share}。如果这一行是错的，本页的多数数字都不对。",
    ),
    "out.never": (
        "Customers with refunds ({out.never_money}) but no purchase that remains: {out.never|n}. They are not counted as customers.",
        "只有退款（{out.never_money}）而没有剩下任何购买的客户：{out.never|n}位。他们不计为客户。",
    ),
    "out.over": (
        "Customers who got back more than they paid: {out.over|n}, {out.over_money} in all. Where the page tells shares, they count as 0.",
        "退款多于付款的客户：{out.over|n}位，合计多出{out.over_money}。计算占比时按 0 计。",
    ),
    "out.zero": (
        "Rows with the amount 0: {out.zero|n}. They are counted as purchases.",
        "金额为 0 的行：{out.zero|n}行，仍计为购买。",
    ),
    "out.copies": (
        "Rows that repeat an earlier row in every column: {out.copies|n}. They are kept, since two equal sales look the same.",
        "与前面某一行完全相同的行：{out.copies|n}行。它们予以保留，因为两笔相同的销售看起来也是这样。",
    ),
    "out.one_id": (
        "One customer number holds {out.one_id} of the rows. If it stands for many people, such as "
        "guests, the shares on this page are wrong.",
        "有一个客户编号占了{out.one_id}的行。如果它代表许多人（例如散客），本页的占比就不对。",
    ),
    "out.nothing": (
        "Nothing was left out: every row of the sales record counts.",
        "没有剔除任何内容：销售记录的每一行都计入了。",
    ),
    "absent.concentration": (
        "What the largest customers bring: the customers with sales above 0 in the window are {spenders|n}, fewer than 30. Shares of so few say little.",
        "最大的客户带来多少：本期销售额大于 0 的客户有{spenders|n}位，少于 30 位，占比说明不了什么。",
    ),
    "absent.worth.short": (
        "A forecast of the next 12 months: the record is shorter than nine months. It will be "
        "long enough on {ready}.",
        "未来 12 个月的预测：销售记录不足九个月，到{ready}才满九个月。",
    ),
    "absent.worth.few": (
        "A forecast of the next 12 months: the models need 30 customers who came back, and here they are {worth.returned|n} of {worth.returned|base}.",
        "未来 12 个月的预测：模型至少需要 30 位再次购买的客户，而{worth.returned|base}中只有{worth.returned|n}位。",
    ),
    "absent.worth.fit": (
        "A forecast of the next 12 months: the models cannot be fitted to these purchases, because "
        "many different answers fit them equally well.",
        "未来 12 个月的预测：模型无法由这些购买确定，因为许多不同的答案都同样符合。",
    ),
    "absent.worth.bound": (
        "A forecast of the next 12 months: no customer here is free to stay away without a word, "
        "which is what the models describe.",
        "未来 12 个月的预测：模型描述的是可以不声不响离开的客户，而这里没有这样的客户。",
    ),
    "absent.check": (
        "A test of the forecast: the first two thirds of the record are too few for its model.",
        "对预测的检验：只用前三分之二的记录，无法拟合这个模型。",
    ),
    "absent.tiers": (
        "Tiers of customers: there are fewer than 30 customers in the window, or together they bring "
        "nothing that could be shared out.",
        "客户层级：本期客户少于 30 位，或者他们合起来没有带来可以划分的金额。",
    ),
    "absent.costs": (
        "What each tier costs: there is no table of contacts with their costs.",
        "各层级的服务成本：没有记录接触成本的表。",
    ),
    "absent.satisfaction": (
        "Satisfaction: there is no survey with at least ten answers.",
        "满意度：没有至少十份答卷的调查。",
    ),
    "absent.complaints": (
        "Complaints: there is no table of complaints.",
        "投诉：没有投诉记录表。",
    ),
    "absent.change": (
        "What has changed: the record is shorter than two months, so two windows cannot be compared.",
        "有什么变化：销售记录不足两个月，无法比较两个观察窗口。",
    ),
}

# what to do, and what would change it
DECISIONS: dict[str, tuple[Pair, Pair]] = {
    "decide.plan": (
        (
            "Plan with no more than {plan.low} of sales to the {worth.total|base} of the forecast in "
            "the next 12 months: the lower end of the most cautious model.",
            "未来 12 个月，对预测所含的{worth.total|base}，销售额按不超过{plan.low}来计划："
            "这是最谨慎的模型的区间下限。",
        ),
        (
            "Fewer than {coming.purchases|low} or more than {coming.purchases|high} purchases of "
            "these customers until {quarter.last}.",
            "到{quarter.last}，这些客户的购买少于{coming.purchases|low}次或多于{coming.purchases|high}次。",
        ),
    ),
    "decide.plan_margin": (
        (
            "Plan with no more than {plan.low} of contribution from the {worth.total|base} of the "
            "forecast in the next 12 months: the lower end of the most cautious model.",
            "未来 12 个月，对预测所含的{worth.total|base}，边际贡献按不超过{plan.low}来计划："
            "这是最谨慎的模型的区间下限。",
        ),
        (
            "Fewer than {coming.purchases|low} or more than {coming.purchases|high} purchases of "
            "these customers until {quarter.last}.",
            "到{quarter.last}，这些客户的购买少于{coming.purchases|low}次或多于{coming.purchases|high}次。",
        ),
    ),
    "decide.wait": (
        (
            "Make no plan for the next year from these data.",
            "不要用这份数据做下一年的计划。",
        ),
        (
            "Nine months of sales, at least 30 customers who came back, and models that can be fitted to them.",
            "有九个月的销售记录，至少有 30 位再次购买的客户，并且模型能够拟合。",
        ),
    ),
    "decide.rest": (
        (
            "Give up no group of customers: the four smaller fifths bring {rest.share} of the sales.",
            "不要放弃任何一组客户：较小的五分之四带来{rest.share}的销售额。",
        ),
        (
            "A share of the largest fifth that is surely above 80\u00a0%. The lower end of its range is "
            "{top.share|low} now.",
            "最大的五分之一客户的占比确实超过 80%。它的区间下限现在是{top.share|low}。",
        ),
    ),
    "decide.top": (
        (
            "Name one person who looks after each of the {top.customers|n} largest customers: "
            "together they bring {top.share} of the sales.",
            "为最大的{top.customers|n}位客户各指定一名负责人：他们合起来带来{top.share}的销售额。",
        ),
        (
            "A lower end of the range of this share, now {top.share|low}, that falls below 80\u00a0%.",
            "这一占比的区间下限（现在是{top.share|low}）降到 80% 以下。",
        ),
    ),
    "decide.names": (
        (
            "Look at each customer by name and not at averages: those with sales above 0 in the window are {spenders|n}, fewer than 30.",
            "逐一了解每位客户，不要看平均数：本期销售额大于 0 的客户有{spenders|n}位，少于 30 位。",
        ),
        (
            "At least 30 customers with sales above 0 in the window.",
            "本期至少有 30 位销售额大于 0 的客户。",
        ),
    ),
    "decide.refunds": (
        (
            "Find the reason for the refunds first: of {out.over|base}, {out.over|n} got back more than they paid.",
            "先找出退款的原因：{out.over|base}中，{out.over|n}位得到的退款多于所付的钱。",
        ),
        (
            "A record in which the refunds belong to purchases of the same customers and the same time.",
            "一份退款与同一客户、同一时期的购买相对应的销售记录。",
        ),
    ),
    "decide.row": (
        (
            "Check one row of the sales record before you use this page: it says {row.money}, which is {row.share} of the money of all purchases in its window.",
            "使用本页之前，先核对销售记录中的一行：它的金额是{row.money}，占其观察窗口内全部购买金额的{row.share}。",
        ),
        (
            "A proof that the row is right, such as its invoice. Then the numbers stand.",
            "这一行正确的凭证，例如发票。那样本页的数字就成立。",
        ),
    ),
    "decide.returns": (
        (
            "Find out why so much comes back: refunds are {out.refund_share} of the money of all purchases.",
            "查清为什么退款这么多：退款占全部购买金额的{out.refund_share}。",
        ),
        (
            "Refunds that only correct mistakes of the record, so that no money was paid back.",
            "这些退款只是更正记录中的错误，并没有真正退钱。",
        ),
    ),
    "decide.cost": (
        (
            "Find out which small customers cost so much. On average one costs {small.cost} "
            "({small.cost|range}), an ordinary customer {ordinary.cost} ({ordinary.cost|range}).",
            "查清哪些小客户花费这么多服务成本。平均每位小客户{small.cost}（{small.cost|range}），"
            "每位普通客户{ordinary.cost}（{ordinary.cost|range}）。",
        ),
        (
            "A small customer who costs no more than an ordinary one. Where the two ranges overlap, "
            "the difference may be chance.",
            "小客户的服务成本不高于普通客户。两个区间若有重叠，差别可能只是偶然。",
        ),
    ),
    "decide.fell": (
        (
            "Find the cause of the fall in satisfaction first: {satisfaction.change} "
            "({satisfaction.change|range}) among the same people.",
            "先找出满意度下降的原因：同样这些人变动了{satisfaction.change}（{satisfaction.change|range}）。",
        ),
        (
            "A next survey of the same people whose range of change reaches above 0.",
            "下一次对同样这些人的调查，其变动区间高于 0。",
        ),
    ),
    "decide.trial": (
        (
            "Try an offer on some of the {gone.customers} who bought in the window before but not in "
            "this one, before you make it to all. Draw by lot {trial.size|n} who get it and "
            "{trial.size|n} who do not.",
            "上期购买过而本期没有购买的有{gone.customers}。在向所有人提供优惠之前，先在其中一部分人身上试验："
            "用抽签的办法选出{trial.size|n}位得到优惠，另选{trial.size|n}位不给。",
        ),
        (
            "A difference in the share who return that does not pay for the offer. This trial would "
            "usually show a difference of {trial.effect} or more; a smaller one it may miss.",
            "两组回头率的差别不足以抵偿优惠的花费。差别达到{trial.effect}或更多时，这个试验通常能显示出来；"
            "更小的差别可能看不出来。",
        ),
    ),
    "decide.margin": (
        (
            "Put the margin of each sale into the record. Without it this page speaks of sales, and "
            "the largest customers need not be the most profitable.",
            "在销售记录中写入每笔销售的毛利。没有毛利，本页只能说销售额，"
            "而最大的客户不一定是利润最高的客户。",
        ),
        (
            "A margin that is the same share of every sale: then sales are enough.",
            "每笔销售的毛利率都相同：那样有销售额就够了。",
        ),
    ),
    "decide.ask": (
        (
            "Ask customers drawn by lot how satisfied they are; nothing here tells it. "
            "{ask.size} are enough to know a share to five points in a hundred.",
            "用抽签的办法选出客户，问他们是否满意；这里的数据没有说明这一点。"
            "{ask.size}就足以把一个占比的误差控制在五个百分点之内。",
        ),
        (
            "Fewer customers than that: then ask them all.",
            "客户总数少于此数：那就全部询问。",
        ),
    ),
    "decide.again": (
        (
            "Ask the same customers again before you change anything for the sake of satisfaction.",
            "在为满意度改变任何做法之前，先再次询问同样的客户。",
        ),
        (
            "A change among the same people whose range does not hold 0.",
            "同样这些人的变动区间不包含 0。",
        ),
    ),
}
RESERVE: Pair = (
    " Keep {check.off} of it in reserve, since so much less came in the test. That leaves {plan.left}.",
    "从中留出{check.off}的余地，因为检验中实际少了这么多：余下{plan.left}。",
)
PLANS = ("decide.plan", "decide.plan_margin")
for _kind in PLANS:
    DECISIONS[f"{_kind}_unwatched"] = (
        DECISIONS[_kind][0],
        (
            "A forecast made again in three months whose range lies below this number.",
            "三个月后重新做的预测，其区间低于这个数字。",
        ),
    )

CAPTIONS: dict[str, Pair] = {
    "concentration": (
        "Each bar is one fifth of the customers, the largest buyers on top; its length is their "
        "share of the sales.",
        "每条代表五分之一的客户，最大的买家在最上面；长度是他们占销售额的份额。",
    ),
    "worth": (
        "Each dot is the answer of one model, and the line through it is the model's 95 % interval.",
        "每个点是一个模型的答案，穿过它的线是该模型的 95% 置信区间。",
    ),
    "tiers": (
        "For each tier the grey bar is its share of the customers, and the blue bar is its share of "
        "what all of them bring.",
        "每个层级的灰条是它的客户占比，蓝条是它在全部所得中的占比。",
    ),
}

HEADLINE: Pair = (
    "The highest model is {worth.apart} above the lowest",
    "最高的模型比最低的高出{worth.apart}",
)
AXES: dict[str, Pair] = {
    "sales": ("sales of the next 12 months", "未来 12 个月的销售额"),
    "margin": ("contribution of the next 12 months", "未来 12 个月的边际贡献"),
}
FIFTHS: tuple[Pair, ...] = (
    ("largest fifth", "最大的五分之一"),
    ("second fifth", "第二个五分之一"),
    ("middle fifth", "中间的五分之一"),
    ("fourth fifth", "第四个五分之一"),
    ("smallest fifth", "最小的五分之一"),
)
TIERS: dict[str, Pair] = {
    "key": ("key customers", "关键客户"),
    "ordinary": ("ordinary customers", "普通客户"),
    "small": ("small customers", "小客户"),
}
MODELS: dict[str, Pair] = {
    "BGNBD": ("BG/NBD model", "BG/NBD模型"),
    "MBGNBD": ("MBG/NBD model", "修正BG/NBD模型"),
    "ParetoNBD": ("Pareto/NBD model", "Pareto/NBD模型"),
}
LABELS: dict[str, Pair] = {
    "customers.all": ("customers with a purchase", "有购买的客户"),
    "rows.all": ("rows of the sales record", "销售记录的行数"),
    "purchases.all": ("purchases (customer and day)", "购买次数（按客户和日期）"),
    "sales.all": ("sales, refunds taken off", "销售额（已扣退款）"),
    "customers.again": ("customers with two purchases or more", "购买两次以上的客户"),
    "customers.now": ("customers who bought", "购买过的客户"),
    "customers.new": ("customers who bought for the first time", "第一次购买的客户"),
    "customers.alive": ("customers who may buy again", "仍会购买的客户"),
    "spenders": ("customers with sales above 0", "销售额大于 0 的客户"),
    "top.share": ("sales from the largest fifth", "最大五分之一客户的头部占比"),
    "top.gini": ("Gini coefficient of sales", "销售额的基尼系数"),
    "top.customers": ("customers in the largest fifth", "最大五分之一的客户数"),
    "rest.share": ("sales from the other four fifths", "其余五分之四客户的占比"),
    "top.before": ("sales from the largest fifth before", "上期最大五分之一在上期的占比"),
    "top.later": ("sales now from the largest fifth of before", "上期最大五分之一在本期的占比"),
    "worth.returned": ("customers who came back", "再次购买的客户"),
    "worth.kept": ("contribution as a share of sales", "边际贡献占销售额的比例"),
    "margin.share": ("margin as a share of sales", "毛利占销售额的比例"),
    "worth.total": ("worth of the next 12 months, best model", "未来 12 个月的价值，最佳模型"),
    "worth.past": ("brought by customers of this kind", "这类客户带来的金额"),
    "worth.mean": ("worth of one customer", "平均每位客户的价值"),
    "worth.apart": ("highest model above the lowest", "最高模型比最低模型高出"),
    "plan.low": ("lowest end of all models", "各模型区间下限的最低值"),
    "plan.left": ("lowest end less the reserve", "区间下限扣除余地之后"),
    "coming.purchases": ("purchases in the next 13 weeks", "未来 13 周的购买"),
    "check.expected": ("test: purchases expected", "检验：预计的购买"),
    "check.came": ("test: purchases that came", "检验：实际的购买"),
    "check.off": ("test: off by", "检验：偏差"),
    "key.kept": ("key customers who are key still", "仍是关键客户的"),
    "key.lost": ("key customers not seen again", "不再出现的关键客户"),
    "satisfaction.index": ("satisfaction index, 0 to 100", "满意度指数（0 到 100）"),
    "satisfaction.nps": ("net promoter score, −100 to 100", "净推荐值（−100 到 100）"),
    "satisfaction.change": ("change of the index, same people", "同样的人的指数变动"),
    "complaints.now": ("complaints", "投诉"),
    "complaints.before": ("complaints before", "上期的投诉"),
    "complaint_rate.now": ("complaint rate", "投诉率"),
    "complaint_rate.before": ("complaint rate before", "上期的投诉率"),
    "complaints.open": ("complaints still open", "未结案的投诉"),
    "sales.before": ("sales before", "上期销售额"),
    "sales.now": ("sales", "销售额"),
    "sales.change": ("difference of sales", "销售额的差额"),
    "buyers.before": ("customers who bought before", "上期购买的客户"),
    "buyers.now": ("customers who bought", "本期购买的客户"),
    "buyers.change": ("difference of customers", "客户数的差额"),
    "purchases.before": ("purchases before", "上期的购买"),
    "purchases.now": ("purchases", "购买"),
    "purchases.change": ("difference of purchases", "购买的差额"),
    "returned.share": ("buyers of before who bought again", "上期客户中再次购买的"),
    "gone.customers": ("buyers of before who did not", "上期客户中没有再买的"),
    "trial.effect": ("difference that a trial can show", "试验能显示的差别"),
    "trial.size": ("customers in each group of the trial", "试验每组的客户"),
    "ask.size": ("customers to be asked", "需要询问的客户"),
    "out.rows": ("rows left out", "剔除的行"),
    "out.money": ("their known amounts", "其中已知的金额"),
    "out.unknown": ("of them with an unknown amount", "其中金额不明的行"),
    "out.other": ("rows of other tables left out", "其他表中剔除的行"),
    "out.cells": ("cells that count as empty", "按空白处理的单元格"),
    "out.refund_rows": ("refunds", "退款"),
    "out.refund_money": ("money of refunds", "退款金额"),
    "out.refund_share": ("refunds as a share of purchases", "退款占购买金额的比例"),
    "row.money": ("largest row of the sales record", "销售记录中最大的一行"),
    "row.share": ("largest row, of all purchases", "最大一行占购买金额的比例"),
    "out.never": ("customers with refunds only", "只有退款的客户"),
    "out.never_money": ("their refunds", "他们的退款"),
    "out.over": ("customers who got back more than they paid", "退款多于付款的客户"),
    "out.over_money": ("how much more", "多出的金额"),
    "out.zero": ("rows with the amount 0", "金额为 0 的行"),
    "out.copies": ("rows equal to an earlier row", "与前面某行相同的行"),
    "out.one_id": ("rows of one customer number", "一个客户编号所占的行"),
    "out.bound": ("customers with a contract or an account", "有合同或账户的客户"),
    "out.bound_money": ("their sales", "他们的销售额"),
}
for _place, _names in enumerate(FIFTHS, 1):
    LABELS[f"fifth.{_place}"] = _names
for _name, _names in MODELS.items():
    LABELS[f"worth.{_name}"] = _names
for _name, (_english, _chinese) in TIERS.items():
    LABELS[f"{_name}.customers"] = (_english, _chinese)
    LABELS[f"{_name}.heads"] = (f"{_english}, of all", f"{_chinese}的人数占比")
    LABELS[f"{_name}.value"] = (f"what {_english} bring", f"{_chinese}带来的金额")
    LABELS[f"{_name}.share"] = (f"what {_english} bring, of all", f"{_chinese}带来的占比")
    LABELS[f"{_name}.cost"] = (f"cost to serve, {_english}", f"{_chinese}的服务成本")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
