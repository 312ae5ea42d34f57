"""Find the encoding of a text file; where several could be meant, ask in words that read it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from crmlab.database.problems import DataError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_OTHERS = ("cp1252", "gb18030", "big5", "euc_kr", "euc_jp", "shift_jis", "cp1251")
_BLOCK = 1 << 20
_SAMPLED = 1 << 18
_ENOUGH = 0.6  # of the different letters must be common ones

# Characters that make up most of Chinese business text: the most frequent ones, then those of
# trade, places and names.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而"
    "方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应"
    "开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命"
    "此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求"
    "老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光"
    "门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速"
    "花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需"
    "段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感"
    "劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂"
    "京识适属圆包火住调满县局照参红细引听该铁价严龙飞"
    "客户编姓名称日期金额备注订单号码数购买销售商店铺首末付款退货支付状态类型地址城市省份区域邮箱手机电话性别年龄"
    "会员等级渠道来源产品款项总计合价格成本利润折扣优惠券积分余额时间下线网直微宝淘天猫拼多抖快递仓库存供应采购税"
    "满意度评推荐投诉原因结果处理回复问卷调查受访者波次期望感知服务质量品牌认姓"
    "北京上海广州深圳天津重庆成都杭州武汉西安南苏郑长沙沈阳青岛宁波东莞佛山合肥昆明厦门福建浙江四川湖河湾台香港澳"
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚伟芳娜秀英敏静丽强"
    "磊军洋勇艳杰娟涛明超兰霞平刚桂婷欣梅文玉建国华志红春云雪琴晓燕咖啡豆杯奶茶糖肉菜饭水果拿铁美式浓缩烘焙深浅"
    "甲乙丙丁男女是否有无已未完成取消待发中审核正常失败成功好差优良中非常很不太一般喜欢必须无所谓忍受讨厌"
    "，。：；！？、（）《》“”‘’￥·—…％＋－／０１２３４５６７８９第年月日时分元角件个只台套箱瓶份人次名位"
)


def decode(data: bytes, name: str, encoding: str | None = None) -> tuple[str, str]:
    """Decode the bytes of a text file.

    Parameters
    ----------
    data : bytes
    name : str
        The file, for the error.
    encoding : str, optional
        As the reader names it.

    Returns
    -------
    text, encoding : str
        ``encoding`` is its name for people.

    Raises
    ------
    DataError
        The encoding cannot be known, or the bytes do not fit the one that was named.
    """
    if encoding is not None:
        return _as_said(data, name, encoding)
    for mark, codec, label in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(codec), label
            except UnicodeDecodeError as error:
                raise DataError(
                    f"{name} begins as {label} and cannot be read from byte {error.start + 1:,} "
                    "on; it may have been cut short. Save it again"
                ) from None
    if b"\0" in data:
        raise DataError(f"{name} is not a text file; save it as CSV in UTF-8")
    if is_utf8(data):
        return data.decode("utf-8"), "UTF-8"
    text = _decoded(data, "gb18030")
    if text is not None and _chinese(text):
        return text, "GB18030"
    raise DataError(_question(data, name))


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8, without holding the text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(data[start : start + _BLOCK], final=start + _BLOCK >= len(data))
    except UnicodeDecodeError:
        return False
    return True


def _as_said(data: bytes, name: str, encoding: str) -> tuple[str, str]:
    try:
        codec = codecs.lookup(encoding).name
    except LookupError:
        raise DataError(
            f"there is no encoding {encoding!r}; some are utf-8, gb18030, cp1252, big5, shift_jis"
        ) from None
    codec = "utf-8-sig" if codec == "utf-8" else codec
    try:
        text = data.decode(codec)
    except UnicodeError:
        raise DataError(f"{name} is not in {encoding}: some of its bytes have no letter") from None
    except LookupError:  # a codec that gives no text
        text = "\0"
    if "\0" in text:
        raise DataError(f"{name} is not text in {encoding}")
    return text, encoding


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _chinese(text: str) -> bool:
    """Whether a GB18030 reading is Chinese, and not another language's bytes.

    Korean, Japanese, Cyrillic and accented capitals read as GB18030 give Chinese letters too, but
    seldom common ones.
    """
    foreign = {letter for letter in text if letter > "\x7f"}
    common = sum(letter in _COMMON for letter in foreign)
    return common >= _ENOUGH * len(foreign) if len(foreign) > 3 else common == len(foreign)


def _question(data: bytes, name: str) -> str:
    lines = [line for line in re.split(rb"[\r\n]+", data[:_SAMPLED]) if max(line, default=0) > 127]
    sample = lines[0] if lines else _around(data)
    tried = [(codec, _decoded(sample, codec)) for codec in _OTHERS]
    readings = [
        (codec, text.strip()[:60])
        for codec, text in tried
        if text is not None and text.isprintable()
    ]
    said = f"{name} is neither UTF-8 nor surely Chinese text in GB18030; save it as CSV in UTF-8"
    return f"{said}, or say how to read it{_ways(readings)}" if readings else said


def _ways(readings: Sequence[tuple[str, str]]) -> str:
    return "".join(f'\n  encoding="{codec}" reads {text!r}' for codec, text in readings)


def _around(data: bytes) -> bytes:
    place = next(i for i, byte in enumerate(data) if byte > 127)
    start = max(data.rfind(b"\n", 0, place), data.rfind(b"\r", 0, place)) + 1
    return data[start:].split(b"\n", 1)[0].split(b"\r", 1)[0]
